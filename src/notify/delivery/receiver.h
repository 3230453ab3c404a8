#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::notify::delivery {

// Whom to tell, from the configuration. `url` and `secret` are secrets: never log them.
struct Receiver {
  std::string name;  // unique
  std::string kind;  // "webhook", "slack"
  std::string url;
  std::string secret;              // signs what a webhook sends; empty: unsigned
  base::Duration min_interval{0};  // between two messages, for receivers with a rate limit
  base::Duration timeout = std::chrono::seconds(10);  // of one attempt
};

// Where a page goes, as the outbox keeps it.
struct Address {
  std::string receiver;  // its name
  std::string channel;   // its kind
  // Whom to reach there, instead of whom its configuration names: a phone number, an e-mail
  // address, a user of the chat. Empty: as configured. Channels that know no persons ignore it.
  std::string to = {};
};

inline constexpr size_t kReceiversMax = 32;

// kInvalidArgument with the field: names must be unique and plain, kinds known, URLs http or https,
// timeouts between 1 s and 30 s.
base::Result<> Validate(const std::vector<Receiver>& receivers);
std::vector<Address> AddressesOf(const std::vector<Receiver>& receivers);

// The host of an http(s) URL for people to read: no user, path or query, which may be secret.
std::string HostOf(std::string_view url);

}  // namespace vedette::notify::delivery
