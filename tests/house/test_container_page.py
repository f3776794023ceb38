"""What .github/CONTAINER.md gives to copy is held against the program: names, paths, ports, users, stories."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from in_process import in_process

from mockserver.bootstrap import build_app
from mockserver.cli.app import app
from mockserver.domain.story import Reaction
from mockserver.providers.hosts import HOSTS
from mockserver.settings import Settings

# Options of other programs that the page shows.
OTHERS = {"--build-arg", "--health-interval", "--add-host"}
# For applications and suites: the server does not read them.
CLIENTS = {"MOCKSERVER_URL"}


@pytest.fixture(scope="module")
def page(root) -> str:
    return (root / ".github/CONTAINER.md").read_text()


@pytest.fixture(scope="module")
def documents(page) -> list[dict[str, Any]]:
    """Every document of every block of YAML, in order: two of Compose, GitHub, GitLab, and three of Kubernetes."""
    return [one for block in _blocks(page, "yaml") for one in yaml.safe_load_all(block)]


@pytest.fixture
def told(monkeypatch, tmp_path):
    """The settings that an environment says."""

    def told(environment):
        monkeypatch.chdir(tmp_path)
        for field in fields(Settings):
            monkeypatch.delenv(f"MOCKSERVER_{field.name.upper()}", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        _, bound, _ = app.parse_args([], print_error=False, exit_on_error=False)
        return bound.arguments["settings"]

    return told


def test_every_name_is_an_option(page):
    """Every variable and every flag is one that the server has."""
    names = {field.name for field in fields(Settings)}
    variables = set(re.findall(r"MOCKSERVER_[A-Z_]*[A-Z]", page)) - CLIENTS
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", page)) - OTHERS - {"--wait"}

    assert set() == {one for one in variables if one.removeprefix("MOCKSERVER_").lower() not in names}
    assert set() == {one for one in flags if one.removeprefix("--").replace("-", "_") not in names}
    assert variables
    assert {"--max-head", "--unready", "--trust-proxy"} <= flags


def test_every_number_is_the_default(page):
    """What the page says of limits is what the settings say."""
    settings = Settings()

    assert f"`--max-head`, {settings.max_head // 1024} KiB" in page
    assert f"`--request-timeout`, {settings.request_timeout:g} s" in page
    assert f"`--keep-alive`, {settings.keep_alive:g} s" in page
    assert f"`--max-connections`, {settings.max_connections:,}" in page
    assert f"`--unready` seconds ({settings.unready:g})" in page
    assert f"`--drain` seconds ({settings.drain:g})" in page


def test_compose_waits_for_health_and_begins_with_the_story(documents, page, told, tmp_path):
    """Its environment and its mounted folder, without a flag, make a server whose calls go as the file says."""
    services = documents[0]["services"]
    mock = services["mockserver"]
    settings = told(mock["environment"])
    [volume] = [one for one in mock["volumes"] if one.startswith("./scenarios:")]
    (tmp_path / "evening.toml").write_text(_blocks(page, "toml")[0])

    assert (volume.split(":")[1],) == settings.scenarios
    assert {"mockserver": {"condition": "service_healthy"}} == services["application"]["depends_on"]
    assert [f"{Settings().port}:{Settings().port}"] == mock["ports"]
    with in_process(build_app(_mounted(settings, tmp_path))) as http:
        story = http.request("GET", "/_mock/v1/worlds/acme/scenarios").json()["default"]
    assert (Reaction.BUSY, 4.0) == (story["to"]["reaction"], story["to"]["ring"])


def test_the_real_hosts_lead_to_it(documents, told):
    """Their names in the network are all that there are, and a tenant's; HTTPS is on its usual port."""
    mock = documents[1]["services"]["mockserver"]
    settings = told(mock["environment"])
    aliases = mock["networks"]["default"]["aliases"]

    assert [host.name.replace("*", "mock") for host in HOSTS] == aliases
    assert (True, 443, mock["volumes"][0].split(":")[1]) == (settings.tls, settings.tls_port, settings.data_dir)


@pytest.mark.parametrize("place", ["github", "gitlab"])
def test_pipelines_say_what_the_server_understands(documents, told, place):
    """Time jumps, and the suite knows the address."""
    github, gitlab = documents[2]["jobs"]["test"], documents[3]["test"]
    service = github["services"]["mockserver"]["env"] if place == "github" else gitlab["variables"]
    url = (github["steps"][-1]["env"] if place == "github" else gitlab["variables"])["MOCKSERVER_URL"]

    assert "jump" == told(service).clock
    assert url.endswith(f":{Settings().port}")


def test_the_cluster_runs_it_as_the_image_is_made(documents, root, told):
    """User, read-only root, volume, ports and probes are those of the Dockerfile and of the server."""
    deployment, config, service = documents[4:]
    pod = deployment["spec"]["template"]["spec"]
    [container] = pod["containers"]
    dockerfile = (root / "Dockerfile").read_text()
    user = re.search(r"^USER (\d+):(\d+)$", dockerfile, re.MULTILINE).groups()
    settings = told({one["name"]: one["value"] for one in container["env"]})
    with in_process(build_app(Settings(clock="manual"))) as http:
        probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")]
        statuses = [http.request("GET", probe["path"]).status_code for probe in probes]

    assert user == tuple(str(pod["securityContext"][name]) for name in ("runAsUser", "runAsGroup"))
    assert (True, False) == (
        container["securityContext"]["readOnlyRootFilesystem"],
        container["securityContext"]["allowPrivilegeEscalation"],
    )
    assert [{"name": "http", "containerPort": Settings().port}] == container["ports"]
    assert ([200] * 3, {"http"}) == (statuses, {probe["port"] for probe in probes})
    assert f"VOLUME {container['volumeMounts'][0]['mountPath']}\n" in dockerfile
    assert (container["volumeMounts"][1]["mountPath"],) == settings.scenarios
    assert settings.unready + settings.drain < pod["terminationGracePeriodSeconds"]
    assert service["spec"]["selector"] == deployment["spec"]["template"]["metadata"]["labels"]
    assert config["metadata"]["name"] == pod["volumes"][1]["configMap"]["name"]


def test_the_story_of_the_cluster_is_one(documents, tmp_path):
    """The file of its ConfigMap is read."""
    for name, text in documents[5]["data"].items():
        (tmp_path / name).write_text(text)

    with in_process(build_app(Settings(clock="manual", scenarios=(str(tmp_path),)))) as http:
        named = http.request("GET", "/_mock/v1/scenarios").json()["scenarios"]
    assert ["busy-evening"] == [one["name"] for one in named]


def test_bodies_are_bounded_as_the_page_says(page):
    """By what each API answers to a body that is one byte larger."""
    row = next(line for line in page.splitlines() if line.startswith("| a request's body"))
    exotel, nectardesk, control = (
        int(size) * 1024 ** (1 + (unit == "M")) for size, unit in re.findall(r"(\d+) ([KM])iB", row)[:3]
    )
    paths = {
        "/v1/Accounts/mock/Calls/connect": exotel,
        "/v2/accounts/mock/calls": exotel,
        "/v3/accounts/mock/calls": exotel,
        "/calls/1": nectardesk,
        "/_mock/v1/worlds": control,
    }
    with in_process(build_app(Settings(clock="manual"))) as http:
        answers = {
            (path, more): http.request("POST", path, content=b" " * (size + more), auth=("key", "token")).status_code
            for path, size in paths.items()
            for more in (0, 1)
        }

    assert {413} == {status for (_, more), status in answers.items() if more}
    assert 413 not in {status for (_, more), status in answers.items() if not more}


def _mounted(settings: Settings, folder: Path) -> Settings:
    return Settings(clock=settings.clock, world=settings.world, scenarios=(str(folder),), scenario=settings.scenario)


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
