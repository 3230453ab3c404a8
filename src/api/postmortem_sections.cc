#include "api/postmortem_sections.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "api/postmortem_words.h"

namespace vedette::api {
namespace {

using base::Json;

constexpr size_t kClaimsMax = 6;
constexpr size_t kRuledOutMax = 5;
constexpr size_t kDifferencesMax = 3;
constexpr size_t kChangesMax = 10;
constexpr double kWorthNaming = 0.01;  // the probability of another cause
constexpr int kMovedPercent = 20;      // by which a measure must differ to be listed

// " ([evidence](http://server/e/ev_1))"; empty without one.
std::string Evidence(const PostMortemFacts& facts, const std::string& id) {
  if (id.empty()) return {};
  return fmt::format(" ([evidence]({}/e/{}))", facts.external_url, id);
}

std::string EvidenceOf(const PostMortemFacts& facts, const Json& object,
                       std::string_view key = "evidence_id") {
  return Evidence(facts, TextOf(object, key));
}

const Json* Part(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it != object.end() && it->is_object() ? &*it : nullptr;
}

std::string CountOf(const Json& object, std::string_view key) {
  return Grouped(NumberOf(object, key).value_or(0));
}

// --- who was hurt

std::string RequestsSentence(const PostMortemFacts& facts, const Json& hurt) {
  return fmt::format(
      "At {}, {} requests came in{}, and {} of them failed{}: about {} more than the {} that fail "
      "in such a time usually.\n",
      Plain(TextOf(hurt, "entity")), CountOf(hurt, "total"),
      EvidenceOf(facts, hurt, "total_evidence_id"), CountOf(hurt, "failed"),
      EvidenceOf(facts, hurt, "failed_evidence_id"), CountOf(hurt, "hurt"),
      CountOf(hurt, "failed_usually"));
}

void AppendNumbers(std::string& out, const PostMortemFacts& facts) {
  const Json* requests = Part(facts.impact, "requests");
  if (const std::string onset = TextOf(facts.impact, "onset"); !onset.empty()) {
    out += fmt::format("This was measured from {} to {}.\n\n", Moment(onset),
                       Moment(TextOf(facts.impact, "to")));
  }
  out += "- ";
  out += requests != nullptr ? RequestsSentence(facts, *requests)
                             : "How many requests failed is not known: no service that was hurt "
                               "counts its failures.\n";
  if (const Json* users = Part(facts.impact, "users")) {
    out += fmt::format("- {} different users are named in the log lines of errors, by {}{}.\n",
                       CountOf(*users, "hurt"), Plain(TextOf(*users, "field")),
                       EvidenceOf(facts, *users));
  } else {
    out += "- How many users were hurt is not known: no log line of an error tells users apart.\n";
  }
  if (const Json* budget = Part(facts.impact, "error_budget")) {
    out += fmt::format(
        "- It burnt {} of the error budget of {} for the objective of {}{}.\n",
        Percent(NumberOf(*budget, "burnt").value_or(0)), Plain(TextOf(*budget, "period")),
        Percent(NumberOf(*budget, "objective").value_or(0)), EvidenceOf(facts, *budget));
  }
}

std::string_view RoleWords(std::string_view role) {
  if (role == "origin") return "is where it came from";
  return role == "propagator" ? "passed it on" : "was affected";
}

void AppendHurt(std::string& out, const PostMortemFacts& facts) {
  for (const Json& one : ListOf(facts.impact, "entities")) {
    out += fmt::format("- **{}** {}, first seen at {}: {}{}.\n", Plain(TextOf(one, "entity")),
                       RoleWords(TextOf(one, "role")), Moment(TextOf(one, "first_seen")),
                       Plain(TextOf(one, "text")), EvidenceOf(facts, one));
  }
  size_t told = 0;
  for (const Json& one : ListOf(facts.impact, "differences")) {
    if (told++ == kDifferencesMax) break;
    out += fmt::format("- Of what was bad at {}, {} had {}={}, against {} of the rest{}.\n",
                       Plain(TextOf(one, "entity")), Percent(NumberOf(one, "inside").value_or(0)),
                       Plain(TextOf(one, "dimension")), Plain(TextOf(one, "value")),
                       Percent(NumberOf(one, "outside").value_or(0)), EvidenceOf(facts, one));
  }
}

std::string Cell(const Json& row, std::string_view key) {
  const std::optional<double> value = NumberOf(row, key);
  return value ? Measured(*value, TextOf(row, "unit")) : "not known";
}

bool Moved(const Json& row) {
  const std::optional<double> percent = NumberOf(row, "percent");
  return !percent || std::abs(*percent) >= kMovedPercent;
}

void AppendMeasures(std::string& out, const PostMortemFacts& facts) {
  const Json& rows = ListOf(facts.impact, "report");
  std::string table;
  for (const Json& row : rows) {
    if (!Moved(row)) continue;
    const std::string entity = TextOf(row, "entity");
    const std::string statistic = TextOf(row, "statistic");
    table +=
        fmt::format("| {} | {}: {}{} | {} | {} |{} |\n",
                    entity.empty() ? "business" : Plain(entity), Plain(TextOf(row, "kind")),
                    Plain(TextOf(row, "metric")), statistic.empty() ? "" : " " + Plain(statistic),
                    Cell(row, "normal"), Cell(row, "during"), EvidenceOf(facts, row));
  }
  if (!table.empty()) {
    out +=
        "\nThe means before it began and during it, where they differ:\n\n"
        "| Service | Measure | Usually | During | |\n|---|---|---|---|---|\n" +
        table;
  }
  const auto same =
      static_cast<size_t>(std::ranges::count_if(rows, [](const Json& row) { return !Moved(row); }));
  if (same > 0) {
    out += fmt::format("\n{} changed by less than {} %.\n",
                       Counted(same, table.empty() ? "measure" : "other measure"), kMovedPercent);
  }
}

// --- the cause

bool IsRuledOut(const Json& hypothesis) { return TextOf(hypothesis, "status") == "ruled_out"; }

// The first hypothesis that still stands.
const Json* Leading(const PostMortemFacts& facts) {
  for (const Json& one : ListOf(facts.diagnosis, "hypotheses")) {
    if (!IsRuledOut(one)) return &one;
  }
  return nullptr;
}

bool IsNamed(const PostMortemFacts& facts) {
  const std::string status = TextOf(facts.diagnosis, "status");
  return status == "confirmed" || status == "likely";
}

// The resource within the service, where no claim names it anyway.
std::string RegionOf(const Json& hypothesis) {
  const std::string region = TextOf(hypothesis, "region");
  for (const Json& claim : ListOf(hypothesis, "claims")) {
    if (TextOf(claim, "subject") == region) return {};
  }
  return region.empty() ? region : fmt::format(" ({})", Plain(region));
}

std::string HeldToBe(const PostMortemFacts& facts, const Json& first) {
  const std::string who = fmt::format("**{}**{}", Plain(TextOf(first, "entity")), RegionOf(first));
  const std::string chance = Percent(NumberOf(first, "probability").value_or(0));
  const std::string status = TextOf(facts.diagnosis, "status");
  if (!IsNamed(facts)) {
    return fmt::format(
        "What was measured does not settle the cause. The best candidate is {}, with a probability "
        "of {}.",
        who, chance);
  }
  return fmt::format("The diagnosis holds {} to be where it began, with a probability of {}: {}.",
                     who, chance, status);
}

void AppendHypotheses(std::string& out, const PostMortemFacts& facts, const Json& first) {
  out += HeldToBe(facts, first) + " This rests on:\n\n";
  size_t told = 0;
  for (const Json& claim : ListOf(first, "claims")) {
    if (told++ == kClaimsMax) break;
    out += fmt::format("- {}{}.\n", Plain(TextOf(claim, "text")), EvidenceOf(facts, claim));
  }
  std::string others;
  std::string ruled_out;
  size_t out_told = 0;
  for (const Json& one : ListOf(facts.diagnosis, "hypotheses")) {
    const double chance = NumberOf(one, "probability").value_or(0);
    if (IsRuledOut(one)) {
      const Json& claims = ListOf(one, "claims");
      if (claims.empty() || out_told++ >= kRuledOutMax) continue;
      ruled_out += fmt::format("- {}{}.\n", Plain(TextOf(claims.front(), "text")),
                               EvidenceOf(facts, claims.front()));
    } else if (&one != &first && chance >= kWorthNaming) {
      others += fmt::format("{}{} ({})", others.empty() ? "" : ", ", Plain(TextOf(one, "entity")),
                            Percent(chance));
    }
  }
  if (!others.empty()) out += fmt::format("\nOther candidates were: {}.\n", others);
  if (!ruled_out.empty()) out += "\nWhat was looked at and ruled out:\n\n" + ruled_out;
}

void AppendUnseen(std::string& out, const PostMortemFacts& facts) {
  std::string unseen;
  for (const Json& input : ListOf(facts.diagnosis, "inputs")) {
    if (TextOf(input, "state") == "ok") continue;
    unseen +=
        fmt::format("- {}: {}.\n", Plain(TextOf(input, "name")), Plain(TextOf(input, "text")));
  }
  if (!unseen.empty()) out += "\nWhat the diagnosis could not see, or only in part:\n\n" + unseen;
}

bool Agrees(const diagnose::live::Verdict& verdict) {
  return verdict.opinion == diagnose::live::Opinion::kAgree;
}

void AppendVerdict(std::string& out, const PostMortemFacts& facts) {
  if (facts.verdicts.empty()) {
    out += "\nNobody has said yet whether this is right.\n";
    return;
  }
  const diagnose::live::Verdict& last = facts.verdicts.back();
  out += fmt::format("\n{} said at {} that the diagnosis is {}", Plain(last.by), Moment(last.at),
                     Agrees(last) ? "right" : "wrong");
  if (!last.cause.empty()) out += fmt::format(", and that the cause was {}", Plain(last.cause));
  out += last.why.empty() ? ".\n" : fmt::format(": \"{}\".\n", Plain(last.why));
}

// --- changes

struct Opinion {
  const Json* hypothesis = nullptr;
  const Json* claim = nullptr;
};

Opinion OpinionOf(const PostMortemFacts& facts, const model::Change& change) {
  for (const Json& hypothesis : ListOf(facts.diagnosis, "hypotheses")) {
    for (const Json& claim : ListOf(hypothesis, "claims")) {
      if (TextOf(claim, "kind") != "change" || TextOf(claim, "subject") != change.id) continue;
      return {&hypothesis, &claim};
    }
  }
  return {};
}

// Why it is so stands with the cause.
std::string OpinionWords(const PostMortemFacts& facts, const Opinion& opinion) {
  if (opinion.claim == nullptr) return "The diagnosis says nothing of it.";
  const std::string evidence = EvidenceOf(facts, *opinion.claim);
  if (IsRuledOut(*opinion.hypothesis))
    return fmt::format("The diagnosis rules it out{}.", evidence);
  return fmt::format("The diagnosis suspects it, with a probability of {}{}.",
                     Percent(NumberOf(*opinion.hypothesis, "probability").value_or(0)), evidence);
}

}  // namespace

void AppendImpact(std::string& out, const PostMortemFacts& facts) {
  out += "\n## Who was hurt, and how much\n\n";
  if (facts.impact.is_null()) {
    out += "The impact was not measured.\n";
  } else {
    AppendNumbers(out, facts);
    AppendHurt(out, facts);
    AppendMeasures(out, facts);
  }
  out += "\n" + Blank("what customers, support and the business noticed, and for how long") + "\n";
}

void AppendCause(std::string& out, const PostMortemFacts& facts) {
  out += "\n## Cause\n\n";
  const Json* first = Leading(facts);
  if (facts.diagnosis.is_null()) {
    out += "No diagnosis was made.\n";
  } else {
    if (TextOf(facts.diagnosis, "status") == "unknown" || first == nullptr) {
      out += fmt::format("The diagnosis names no cause: {}\n",
                         Plain(TextOf(facts.diagnosis, "summary")));
    } else {
      AppendHypotheses(out, facts, *first);
    }
    AppendUnseen(out, facts);
    AppendVerdict(out, facts);
  }
  out += "\n" +
         Blank(
             "the cause as you know it now, why it could have this effect, and why it was not "
             "caught before") +
         "\n";
}

bool IsOfIncident(const PostMortemFacts& facts, const model::Change& change) {
  return std::ranges::find(facts.incident.entities, change.service) !=
             facts.incident.entities.end() ||
         OpinionOf(facts, change).claim != nullptr;
}

std::string Described(const model::Change& change) {
  std::string out = fmt::format("{} of {}", change.kind.empty() ? "change" : Plain(change.kind),
                                change.service.empty() ? "no service" : Plain(change.service));
  if (!change.title.empty()) out += fmt::format(": \"{}\"", Plain(change.title));
  if (!change.version.empty()) out += fmt::format(", version {}", Plain(change.version));
  if (!change.author.empty()) out += fmt::format(", by {}", Plain(change.author));
  if (!change.status.empty()) out += fmt::format(", {}", Plain(change.status));
  return out;
}

void AppendChangesBefore(std::string& out, const PostMortemFacts& facts) {
  out += "\n## What had changed before\n\n";
  std::string list;
  size_t own = 0, others = 0;
  for (const model::Change& change : facts.changes) {
    if (change.time >= facts.incident.started_at) continue;
    if (!IsOfIncident(facts, change)) {
      ++others;
      continue;
    }
    if (own++ >= kChangesMax) continue;
    list += fmt::format("- {}, {} before it began: {}. {}\n", Moment(change.time),
                        Lasting(facts.incident.started_at - change.time), Described(change),
                        OpinionWords(facts, OpinionOf(facts, change)));
  }
  if (own == 0) {
    out += facts.older_changes_left_out
               ? "Of the newest changes in the 24 hours before it began none was of its services; "
                 "there were too many to look at all.\n"
               : "No change of its services was recorded in the 24 hours before it began.\n";
  }
  out += list;
  if (own > kChangesMax) {
    out += fmt::format("- {} of its services, which are older.\n",
                       Counted(own - kChangesMax, "more change"));
  }
  if (others > 0) {
    out += fmt::format("\n{}{} of other services fell into the same 24 hours.\n",
                       facts.older_changes_left_out ? "At least " : "", Counted(others, "change"));
  }
  out += "\n" + Blank("changes that nobody tells Vedette of") + "\n";
}

std::string ImpactInShort(const PostMortemFacts& facts) {
  const Json* requests = Part(facts.impact, "requests");
  if (requests == nullptr) return {};
  return fmt::format(" At {}, about {} requests more failed than usually do.",
                     Plain(TextOf(*requests, "entity")), CountOf(*requests, "hurt"));
}

std::string CauseInShort(const PostMortemFacts& facts) {
  if (facts.diagnosis.is_null()) return {};
  if (!facts.verdicts.empty() && !Agrees(facts.verdicts.back())) {
    const diagnose::live::Verdict& last = facts.verdicts.back();
    return fmt::format(" {} said that the diagnosis of its cause is wrong{}.", Plain(last.by),
                       last.cause.empty() ? "" : ", and that it was " + Plain(last.cause));
  }
  const Json* first = Leading(facts);
  if (first == nullptr || !IsNamed(facts)) return " Its cause was not found by the diagnosis.";
  return fmt::format(" {}", HeldToBe(facts, *first));
}

}  // namespace vedette::api
