#include "app/ruled_out.h"

#include <gtest/gtest.h>

#include "base/json_writer.h"

namespace vedette::app {
namespace {

namespace live = diagnose::live;

constexpr base::TimePoint kReleased{base::Duration(1'760'000'000'000)};

live::RankedHypothesis OfChange(const std::string& change, diagnose::Status status) {
  live::EvidencedClaim claim;
  claim.claim.kind = diagnose::ClaimKind::kChange;
  claim.claim.subject = change;
  claim.claim.text = change + " of web is ruled out: web had moved before it";
  claim.evidence.id = "ev_" + change;
  return {.entity = "web", .status = status, .region = {}, .claims = {claim}};
}

// As app/diagnosing.cc stores it.
std::string BodyOf(std::vector<live::RankedHypothesis> hypotheses) {
  live::Report report;
  report.onset = kReleased + std::chrono::minutes(2);
  report.hypotheses = std::move(hypotheses);
  std::string body;
  base::JsonWriter json(body);
  live::Write(report, json.BeginObject());
  json.EndObject();
  return body;
}

TEST(RuledOut, IsTheChangeOfAHypothesisThatIsNoCause) {
  const std::string body = BodyOf({OfChange("w9", diagnose::Status::kRuledOut),
                                   OfChange("w8", diagnose::Status::kInconclusive)});

  const BodyOpinion opinion = OpinionIn(body, {"w9"}, kReleased);

  ASSERT_TRUE(opinion.cleared);
  EXPECT_EQ(opinion.cleared->evidence_id, "ev_w9");
  EXPECT_EQ(opinion.cleared->why, "w9 of web is ruled out: web had moved before it");
  EXPECT_FALSE(opinion.suspects);
  EXPECT_FALSE(OpinionIn(body, {"w7"}, kReleased).cleared);
  EXPECT_FALSE(OpinionIn("", {"w9"}, kReleased).cleared);
}

TEST(RuledOut, IsNoReleaseOfWhichAnotherTellingIsSuspected) {
  const std::string body = BodyOf(
      {OfChange("w9", diagnose::Status::kRuledOut), OfChange("w8", diagnose::Status::kLikely)});

  EXPECT_TRUE(OpinionIn(body, {"w8", "w9"}, kReleased).suspects);
}

TEST(RuledOut, IsNothingByAnIncidentThatWasThereBefore) {
  const std::string body = BodyOf({OfChange("w9", diagnose::Status::kRuledOut)});

  EXPECT_FALSE(OpinionIn(body, {"w9"}, kReleased + std::chrono::minutes(3)).cleared);
}

}  // namespace
}  // namespace vedette::app
