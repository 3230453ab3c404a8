#include "net/address_policy.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace vedette::net {
namespace {

struct Block4 {
  uint32_t first;
  int bits;
  AddressClass kind;
};

// The first match decides. IANA's special-purpose registry, and what clouds serve metadata on.
constexpr Block4 kBlocks4[] = {
    {0xa9fe0000, 16, AddressClass::kForbidden},  // 169.254.0.0/16, link-local
    {0x646464c8, 32, AddressClass::kForbidden},  // 100.100.100.200, Alibaba's metadata
    {0xa83f8110, 32, AddressClass::kForbidden},  // 168.63.129.16, Azure's wire server
    {0xc00000c0, 32, AddressClass::kForbidden},  // 192.0.0.192, Oracle's metadata
    {0x00000000, 8, AddressClass::kPrivate},     // "this network"
    {0x0a000000, 8, AddressClass::kPrivate},     // private
    {0x64400000, 10, AddressClass::kPrivate},    // shared by carriers
    {0x7f000000, 8, AddressClass::kPrivate},     // loopback
    {0xac100000, 12, AddressClass::kPrivate},    // private
    {0xc0000000, 24, AddressClass::kPrivate},    // protocol assignments
    {0xc0000200, 24, AddressClass::kPrivate},    // documentation
    {0xc0586300, 24, AddressClass::kPrivate},    // 6to4 relays
    {0xc0a80000, 16, AddressClass::kPrivate},    // private
    {0xc6120000, 15, AddressClass::kPrivate},    // benchmarks
    {0xc6336400, 24, AddressClass::kPrivate},    // documentation
    {0xcb007100, 24, AddressClass::kPrivate},    // documentation
    {0xe0000000, 3, AddressClass::kPrivate},     // multicast, reserved, broadcast
};

AddressClass Classify4(const unsigned char* bytes) {
  const uint32_t address = static_cast<uint32_t>(bytes[0]) << 24 |
                           static_cast<uint32_t>(bytes[1]) << 16 |
                           static_cast<uint32_t>(bytes[2]) << 8 | static_cast<uint32_t>(bytes[3]);
  for (const Block4& block : kBlocks4) {
    if ((address ^ block.first) >> (32 - block.bits) == 0) return block.kind;
  }
  return AddressClass::kPublic;
}

bool HasPrefix(const IpAddress& address, const IpAddress& prefix, int bits) {
  for (int i = 0; i < bits; ++i) {
    const auto byte = static_cast<size_t>(i / 8);
    const unsigned char mask = static_cast<unsigned char>(0x80u >> (i % 8));
    if ((address[byte] & mask) != (prefix[byte] & mask)) return false;
  }
  return true;
}

constexpr IpAddress kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr IpAddress kTranslated = {0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};  // RFC 2765
constexpr IpAddress kNat64 = {0, 0x64, 0xff, 0x9b};
constexpr IpAddress kSixToFour = {0x20, 0x02};
constexpr IpAddress kLinkLocal = {0xfe, 0x80};
constexpr IpAddress kAmazonMetadata = {0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0,
                                       0,    0,    0,    0,    0, 0, 2, 0x54};
constexpr IpAddress kGoogleMetadata = {0xfd, 0x20, 0, 0xce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54};
constexpr IpAddress kGlobalUnicast = {0x20};
constexpr IpAddress kAssignments = {0x20, 0x01, 0x00};  // Teredo, ORCHID and the like
constexpr IpAddress kDocumentation = {0x20, 0x01, 0x0d, 0xb8};
constexpr IpAddress kDocumentation2 = {0x3f, 0xff};
constexpr IpAddress kZero = {};

IpAddress Mapped(const in_addr& address) {
  IpAddress mapped = kMapped;
  std::memcpy(mapped.data() + 12, &address.s_addr, 4);
  return mapped;
}

}  // namespace

AddressClass ClassifyAddress(const IpAddress& address) {
  if (HasPrefix(address, kMapped, 96) || HasPrefix(address, kTranslated, 96) ||
      HasPrefix(address, kNat64, 96)) {
    return Classify4(address.data() + 12);
  }
  if (HasPrefix(address, kSixToFour, 16)) {
    return std::max(Classify4(address.data() + 2), AddressClass::kPrivate);
  }
  // "::", "::1" and IPv4-compatible addresses.
  if (HasPrefix(address, kZero, 96)) {
    return std::max(Classify4(address.data() + 12), AddressClass::kPrivate);
  }
  if (HasPrefix(address, kLinkLocal, 10) || address == kAmazonMetadata ||
      address == kGoogleMetadata) {
    return AddressClass::kForbidden;
  }
  const bool is_public =
      HasPrefix(address, kGlobalUnicast, 3) && !HasPrefix(address, kAssignments, 23) &&
      !HasPrefix(address, kDocumentation, 32) && !HasPrefix(address, kDocumentation2, 20);
  return is_public ? AddressClass::kPublic : AddressClass::kPrivate;
}

bool IsAllowed(AddressPolicy policy, const IpAddress& address) {
  const AddressClass kind = ClassifyAddress(address);
  if (kind == AddressClass::kForbidden) return false;
  return policy == AddressPolicy::kAny || kind == AddressClass::kPublic;
}

bool IsAllowed(AddressPolicy policy, const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    return IsAllowed(policy, Mapped(v4.sin_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    IpAddress bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IsAllowed(policy, bytes);
  }
  return false;
}

bool IsAllowed(AddressPolicy policy, std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));  // without a zone
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return IsAllowed(policy, Mapped(v4));
  IpAddress v6{};
  return inet_pton(AF_INET6, text.c_str(), v6.data()) == 1 && IsAllowed(policy, v6);
}

}  // namespace vedette::net
