#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/page.h"
#include "net/client.h"
#include "net/http.h"

namespace vedette::notify::delivery {

class Channel;
struct Attempt;
struct ChannelParts;

// Makes the channel of one receiver. What the channel needs of the configuration, secrets among it,
// is inside, where no log can reach it.
using ChannelMaker = std::function<std::unique_ptr<Channel>(const ChannelParts&)>;

// What a page says to one receiver; the last argument is where people reach this server.
using PageRewriter =
    std::function<model::Page(const model::Page&, const Attempt&, const std::string& external_url)>;

// Whether a request of the provider to us is genuine and recent. Thread-safe. kUnauthenticated
// with the reason.
using InboundCheck = std::function<base::Result<>(const net::Headers& headers,
                                                  std::string_view body, base::TimePoint now)>;

// Something to say to people who talk to us, beside pages.
struct Saying {
  std::string channel;
  std::string thread;  // empty: in the channel itself
  std::string text;    // in the provider's markup
};
// Blocks for some seconds at most. Thread-safe.
using Talk = std::function<base::Result<>(net::HttpClient& client, const Saying& saying)>;

// Something to bring to where a receiver was told of an incident, beside pages.
struct Commission {
  std::string incident_id;
  std::string text;       // of a person
  std::string file_name;  // empty: no file
  std::string file;
};
// Blocks for half a minute at most. kNotFound when the receiver was not told. Thread-safe.
using Errand =
    std::function<base::Result<>(const ChannelParts& parts, const Commission& commission)>;

// Whom to tell, from the configuration.
struct Receiver {
  std::string name;                // unique
  std::string kind;                // "webhook", "slack", ...
  base::Duration min_interval{0};  // between two messages, for receivers with a rate limit
  base::Duration timeout = std::chrono::seconds(10);  // of one attempt
  ChannelMaker make = {};
  PageRewriter rewrite = {};  // may be empty: as it came
  InboundCheck inbound = {};  // may be empty: nothing comes from there
  Talk talk = {};             // may be empty: it cannot talk
  Errand update = {};         // what people write for stakeholders; may be empty
  Errand upload = {};         // files of incidents; may be empty
  bool follows = false;       // has something of an incident's own: hears when all of it is over
  std::string tenant = {};    // in which people act who write to us there; empty: the default
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

// kInvalidArgument with the field: names must be unique and plain, timeouts between 1 s and 30 s.
base::Result<> Validate(const std::vector<Receiver>& receivers);

// The host of an http(s) URL for people to read: no user, path or query, which may be secret.
std::string HostOf(std::string_view url);

}  // namespace vedette::notify::delivery
