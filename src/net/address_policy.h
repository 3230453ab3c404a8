#pragma once

#include <array>
#include <string_view>

struct sockaddr;

namespace vedette::net {

// Which addresses an outbound request may connect to. It is asked about the address that is
// connected to, after name resolution, so that no spelling of a host name gets around it.
enum class AddressPolicy {
  kAny,         // all but kForbidden ones: for targets that the configuration names
  kPublicOnly,  // public ones: for whatever a request or a message can name
};

enum class AddressClass {
  kPublic,
  kPrivate,    // loopback, private, shared, multicast, reserved, documentation
  kForbidden,  // link-local and the metadata services of clouds: never connected to
};

// An IPv6 address, or an IPv4 address mapped into ::ffff:0:0/96.
using IpAddress = std::array<unsigned char, 16>;

// Looks through IPv4-mapped, IPv4-compatible, NAT64 and 6to4 forms at the IPv4 address inside.
AddressClass ClassifyAddress(const IpAddress& address);

bool IsAllowed(AddressPolicy policy, const IpAddress& address);
// False for families other than IPv4 and IPv6.
bool IsAllowed(AddressPolicy policy, const sockaddr& address);
// An address in its usual text form; false for anything else.
bool IsAllowed(AddressPolicy policy, std::string_view address);

}  // namespace vedette::net
