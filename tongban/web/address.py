"""From where does a request come? Asked only to count attempts; the address itself is nowhere kept in the clear.

Behind proxies the address of the connection is the proxy's. Each of them adds the one it was called from to
X-Forwarded-For, so the entry that the outermost wrote is the `TONGBAN_PROXIES`-th from the end; what stands before it
came with the request and may be anything. Of an IPv6 address only the network counts, since a household has all of it.

Source: RFC 7239, 8.1 (forwarded addresses are not to be trusted); RFC 6177 (a /64 for an end site).
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the address, of IPv6 its network; the text as it came where it is no address."""
    came_from: str = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        entries = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",")]
        came_from = entries[-min(settings.PROXIES, len(entries))] or came_from
    try:
        address = ip_address(came_from)
    except ValueError:
        return came_from
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
