"""How programs are made to trust an authority: by variables of their environment, and by what a person does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from mockserver.tls.trusted import trusted_pem

# A file in their place is all that a program trusts, so it has to hold the system's authorities, too: OpenSSL (Python's
# ssl, aiohttp and httpx, Ruby, PHP's streams, .NET), Go and Rust; requests; curl; git; AWS; pip; httplib2; Cargo; ...
REPLACING = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
    "PIP_CERT",
    "HTTPLIB2_CA_CERTS",
    "CARGO_HTTP_CAINFO",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "NIX_SSL_CERT_FILE",
)
# These are trusted besides those that a program comes with.
ADDING = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
# PHP reads no variable of its own for it; but a folder of settings, besides those that it was built with (the colon).
PHP = "PHP_INI_SCAN_DIR"


@dataclass(frozen=True, slots=True)
class TrustFiles:
    """The authority as a file, and variables for programs that are to trust it."""

    authority: Path
    variables: Mapping[str, str]


def write_trust(folder: Path, authority: bytes, environment: Mapping[str, str]) -> TrustFiles:
    """Write into a folder what those variables name; files that the environment names already are kept within."""
    alone = _written(folder / "ca.pem", authority)
    usual = _written(folder / "bundle.pem", trusted_pem(environment) + authority)
    variables = {}
    for name in REPLACING:
        is_said = name != "SSL_CERT_FILE" and _is_file(environment.get(name))
        variables[name] = str(_besides(folder, name, authority, environment) if is_said else usual)
    for name in ADDING:
        is_said = _is_file(environment.get(name))
        variables[name] = str(_besides(folder, name, authority, environment) if is_said else alone)
    php = folder / "php"
    php.mkdir()
    _written(php / "mockserver.ini", f'openssl.cafile="{usual}"\ncurl.cainfo="{usual}"\n'.encode())
    variables[PHP] = f"{environment.get(PHP, '')}:{php}"
    return TrustFiles(alone, variables)


def guide(authority: Path, bundle: Path | None) -> str:
    """What to type, per language and system, so that programs trust the file."""
    alone, instead = quote(str(authority)), quote(str(bundle or authority))
    rows = [
        ("Python, requests", f"export REQUESTS_CA_BUNDLE={instead}"),
        ("Python, httpx, aiohttp", f"export SSL_CERT_FILE={instead}"),
        ("Node", f"export NODE_EXTRA_CA_CERTS={alone}"),
        ("Go, Ruby, Rust, .NET", f"export SSL_CERT_FILE={instead}"),
        ("PHP", f"php -d openssl.cafile={instead} -d curl.cainfo={instead} ..."),
        (
            "Java",
            f"keytool -importcert -noprompt -alias mockserver -file {alone} -keystore trust.p12 -storepass trusted",
        ),
        ("", "java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=trusted ..."),
        ("curl", f"curl --cacert {alone} ...   or   export CURL_CA_BUNDLE={instead}"),
        ("git", f"export GIT_SSL_CAINFO={instead}"),
        (
            "Debian, Ubuntu, Alpine",
            f"cp {alone} /usr/local/share/ca-certificates/mockserver.crt && update-ca-certificates",
        ),
        ("Fedora, RHEL, Arch", f"trust anchor {alone}"),
        ("macOS", f"security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain {alone}"),
        ("Windows", f"certutil -addstore Root {alone}"),
    ]
    width = max(len(name) for name, _ in rows)
    lines = [f"  {name:<{width}}  {words}" for name, words in rows]
    nothing_else = "" if bundle else _ALONE
    return "\n".join([f"{authority} is the authority. To trust it:", "", *lines, "", f"{nothing_else}{_OR_EXEC}"])


_ALONE = (
    "Where a variable replaces what a program trusts (all but Node's), it trusts nothing else then:\n"
    "--bundle FILE writes a file that holds the system's authorities as well.\n"
)
_OR_EXEC = (
    "mockserver exec --tls -- COMMAND sets all these variables for one command. Whoever has the authority's key\n"
    "can be any host to who trusts it: prefer a variable to the system's store."
)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _besides(folder: Path, name: str, authority: bytes, environment: Mapping[str, str]) -> Path:
    return _written(folder / f"{name.lower()}.pem", trusted_pem(environment, name) + authority)


def _is_file(path: str | None) -> bool:
    return bool(path) and Path(str(path)).is_file()
