#include "relabel/config.h"

#include <fmt/core.h>

#include "base/utf8.h"
#include "model/names.h"

namespace vedette::relabel {
namespace {

constexpr model::NameTable<Action, 11> kActions = {{{{Action::kReplace, "replace"},
                                                     {Action::kKeep, "keep"},
                                                     {Action::kDrop, "drop"},
                                                     {Action::kKeepEqual, "keepequal"},
                                                     {Action::kDropEqual, "dropequal"},
                                                     {Action::kHashMod, "hashmod"},
                                                     {Action::kLabelMap, "labelmap"},
                                                     {Action::kLabelDrop, "labeldrop"},
                                                     {Action::kLabelKeep, "labelkeep"},
                                                     {Action::kLowercase, "lowercase"},
                                                     {Action::kUppercase, "uppercase"}}}};

constexpr size_t kSourceLabelsMax = 64;
constexpr size_t kTextBytesMax = 16 << 10;

bool IsLabelName(std::string_view name) { return !name.empty() && base::IsValidUtf8(name); }

base::Error Bad(std::string_view field, std::string message) {
  return base::InvalidArgument(fmt::format("{} {}", field, message), std::string(field));
}

// What the step says beyond the fields that its action looks at.
base::Result<> CheckUnused(const Config& config) {
  const Config standard;
  const bool equal = config.action == Action::kKeepEqual || config.action == Action::kDropEqual;
  const bool by_name = config.action == Action::kLabelDrop || config.action == Action::kLabelKeep;
  const bool fixed_case =
      config.action == Action::kLowercase || config.action == Action::kUppercase;
  const auto refuse = [&](bool set, std::string_view field) -> base::Result<> {
    if (!set) return {};
    return Bad(field, fmt::format("cannot be set for the action {}", ActionName(config.action)));
  };
  if (equal || by_name || fixed_case) {
    VEDETTE_TRY_VOID(refuse(config.replacement != standard.replacement, "replacement"));
  }
  if (equal || by_name) {
    VEDETTE_TRY_VOID(refuse(config.modulus != standard.modulus, "modulus"));
    VEDETTE_TRY_VOID(refuse(config.separator != standard.separator, "separator"));
  }
  if (equal) VEDETTE_TRY_VOID(refuse(config.regex != standard.regex, "regex"));
  if (by_name) {
    VEDETTE_TRY_VOID(refuse(!config.source_labels.empty(), "source_labels"));
    VEDETTE_TRY_VOID(refuse(!config.target_label.empty(), "target_label"));
  }
  return {};
}

bool NeedsTarget(Action action) {
  switch (action) {
    case Action::kReplace:
    case Action::kKeepEqual:
    case Action::kDropEqual:
    case Action::kHashMod:
    case Action::kLowercase:
    case Action::kUppercase: return true;
    case Action::kKeep:
    case Action::kDrop:
    case Action::kLabelMap:
    case Action::kLabelDrop:
    case Action::kLabelKeep: return false;
  }
  return false;
}

base::Result<> CheckSizes(const Config& config) {
  if (config.source_labels.size() > kSourceLabelsMax) {
    return Bad("source_labels", fmt::format("has more than {} names", kSourceLabelsMax));
  }
  const auto check = [](std::string_view text, std::string_view field) -> base::Result<> {
    if (text.size() <= kTextBytesMax) return {};
    return Bad(field, fmt::format("is longer than {} bytes", kTextBytesMax));
  };
  VEDETTE_TRY_VOID(check(config.separator, "separator"));
  VEDETTE_TRY_VOID(check(config.target_label, "target_label"));
  VEDETTE_TRY_VOID(check(config.regex, "regex"));
  return check(config.replacement, "replacement");
}

}  // namespace

std::string_view ActionName(Action action) { return kActions.NameOf(action); }

std::optional<Action> ParseAction(std::string_view name) {
  std::string lower(name.substr(0, 16));
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return kActions.Find(lower);
}

base::Result<> Config::Validate() const {
  VEDETTE_TRY_VOID(CheckSizes(*this));
  for (const std::string& name : source_labels) {
    if (!IsLabelName(name)) return Bad("source_labels", "has a name that is empty or not UTF-8");
  }
  if (action == Action::kHashMod && modulus == 0) {
    return Bad("modulus", "must be more than 0 for the action hashmod");
  }
  if (NeedsTarget(action)) {
    if (target_label.empty()) {
      return Bad("target_label", fmt::format("is required for the action {}", ActionName(action)));
    }
    if (!IsLabelName(target_label)) return Bad("target_label", "is not valid UTF-8");
  }
  if (action == Action::kLabelMap && !IsLabelName(replacement)) {
    return Bad("replacement", "must be the name of a label for the action labelmap");
  }
  return CheckUnused(*this);
}

}  // namespace vedette::relabel
