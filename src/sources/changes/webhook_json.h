#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "model/change.h"
#include "sources/changes/webhooks.h"

namespace vedette::sources::changes {

// What the parsers of webhooks share. Private to sources/changes; pure.

using Path = std::initializer_list<const char*>;

// A member by its path; null when any of it is absent or no object.
const base::Json& MemberAt(const base::Json& json, Path path);
// A text or whole number at most `bytes_max` long, cut there; empty otherwise.
std::string TextAt(const base::Json& json, Path path, size_t bytes_max = 512);
// RFC 3339, "2016-08-12 15:26:29 UTC", "2021-04-28 21:50:00 +0200", or seconds or milliseconds
// since 1970.
base::TimePoint TimeAt(const base::Json& json, Path path, base::TimePoint otherwise);

std::string FirstLine(std::string_view text);
// A commit's id as people say it.
std::string ShortCommit(const std::string& commit);

inline constexpr std::string_view kBranch = "refs/heads/";
inline constexpr std::string_view kTag = "refs/tags/";

// What is deployed: by its tag, or by the commit where the ref is a branch (or the commit itself,
// which nobody reads whole). Code hosts tell tags and branches alike: a tag has a version in it, as
// "v1.4.2", "3" or "shop-1.4" have.
struct Deployed {
  std::string version;
  std::string branch;  // empty: the ref is none
};
Deployed DeployedBy(const std::string& ref, const std::string& commit);

// The member "id"; without one the thing's repository and what names it there, so that two things
// are never one.
std::string IdOr(const base::Json& json, const std::string& repository, const std::string& name);

// The service that a thing of this full name is of.
std::string ServiceOf(const std::string& full_name, const WebhookOptions& options);

// Adds a label unless its value is empty.
void AddLabel(model::Change& change, std::string_view name, std::string value);

}  // namespace vedette::sources::changes
