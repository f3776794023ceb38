"""What an operation is: its route, its structs, where we know it from, and the OpenAPI document made of them."""
