#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "incident/input.h"
#include "incident/state.h"
#include "model/anomaly.h"
#include "model/page.h"

namespace vedette::incident {

// What people read. Pure; every text is one line of valid UTF-8, bounded in length.

// "payment: error ratio 0.41, expected 0 to 0.03"
std::string Headline(const model::Anomaly& anomaly);

// The headline, "(+2 services)" where there are more.
std::string Title(const Tracked& tracked);

// What an open anomaly says of itself.
std::string NameOf(const Member& member);

// One paragraph: what is wrong, since when, who else is affected.
std::string PageText(const Tracked& tracked, model::PageKind kind, base::TimePoint now);

// Who was told what, or was not and why: "Ann Berg by phone: it got worse", "chat: it is over (HTTP
// 503; trying again)".
std::string DeliveryText(const DeliveryResult& result);

// The kind of page that a key is of: that between its first two colons.
std::optional<model::PageKind> KindOfKey(std::string_view dedup_key);

// What a resolved incident's timeline says about how long it took: "90 s", "14 min", "3 h 5 min".
std::string Span(base::Duration duration);

}  // namespace vedette::incident
