"""A self-signed certificate for 127.0.0.1, good until 2126, for tests of certificate verification alone."""

from pathlib import Path

_CERTIFICATE = (
    "MIIBkDCCATagAwIBAgIUWSbkw3aCj1p3q5v1bz+IjMme5IUwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJMTI3LjAuMC4xMCAX"
    "DTI2MTEyMTA2NTYzN1oYDzIxMjYxMDI4MDY1NjM3WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO"
    "PQMBBwNCAATp+ixgw6qr5RUVG+C+dEkgmmTt3HVojrTGT0DNSTfx4Ma0VIvPwU3bDdkeLGR1vGbBlZt63JWAiyLtwfDvU5dZ"
    "o2QwYjAdBgNVHQ4EFgQUEqEKop5h0DrD4/VscUUFhqIxM94wHwYDVR0jBBgwFoAUEqEKop5h0DrD4/VscUUFhqIxM94wDwYD"
    "VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUCIQCducVO56WVbFjdN0+j/ap408buhvZv"
    "AqBD81HXHotChgIgYh6MRwNCFRj1PBj25DVtnKW9nQvaabohOBMc9H2y3tA="
)
_KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0ZPKOniqeNHFPlHueRQwEb65TRpOQjufyDMJtsVG1qOhRANC"
    "AATp+ixgw6qr5RUVG+C+dEkgmmTt3HVojrTGT0DNSTfx4Ma0VIvPwU3bDdkeLGR1vGbBlZt63JWAiyLtwfDvU5dZ"
)


def self_signed(folder: Path) -> Path:
    """Write the certificate, and its key beside it as `.key`; the path of the certificate."""
    certificate = folder / "localhost.pem"
    certificate.write_text(_pem("CERTIFICATE", _CERTIFICATE))
    certificate.with_suffix(".key").write_text(_pem("PRIVATE KEY", _KEY))
    return certificate


def _pem(kind: str, text: str) -> str:
    dashes = "-" * 5
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"{dashes}BEGIN {kind}{dashes}", *lines, f"{dashes}END {kind}{dashes}", ""])
