"""SM2 signatures by plain integers, as GB/T 32918.2-2016 writes them: a judge from outside, slow and never shipped."""

from tongban.crypto import sm3

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def add(one, other):
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(factor, point):
    total = None
    for bit in bin(factor)[2:]:
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def public_of(private):
    x, y = times(private, G)
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def digest(public, message, identity):
    curve = b"".join(number.to_bytes(32, "big") for number in (A, B, *G))
    z = sm3.digest((len(identity) * 8).to_bytes(2, "big") + identity + curve + public[1:])
    return int.from_bytes(sm3.digest(z + message), "big")


def sign(private, message, identity, nonce):
    e = digest(public_of(private), message, identity)
    r = (e + times(nonce, G)[0]) % N
    s = pow(1 + private, -1, N) * (nonce - r * private) % N
    return r, s


def verify(public, message, r, s, identity):
    point = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    t = (r + s) % N
    x, _ = add(times(s, G), times(t, point))
    return (digest(public, message, identity) + x) % N == r
