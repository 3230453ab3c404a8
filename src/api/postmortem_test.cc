#include "api/postmortem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/duration.h"

namespace vedette::api {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

const base::TimePoint kBegan = base::FromMillis(1'795'348'762'000);  // 2026-11-22 11:59:22 UTC

base::Json Parsed(const char* text) { return *base::ParseJson(text); }

class PostMortemTest : public ::testing::Test {
 protected:
  void SetUp() override {
    model::Incident& incident = facts_.incident;
    incident.id = "in_1";
    incident.title = "payment is slow";
    incident.severity = model::Severity::kCritical;
    incident.entities = {"payment", "checkout"};
    incident.anomaly_ids = {"an_1", "an_2"};
    incident.open_anomaly_ids = {"an_2"};
    incident.started_at = kBegan;
    facts_.external_url = "http://vedette";
    facts_.now = kBegan + hours(3);
    Row(seconds(30), "opened", "vedette", "payment: latency 480 ms");
  }

  void Row(base::Duration after, std::string kind, std::string actor, std::string text) {
    model::TimelineEntry& row = facts_.incident.timeline.emplace_back();
    row.time = kBegan + after;
    row.kind = std::move(kind);
    row.actor = std::move(actor);
    row.text = std::move(text);
  }
  void Acknowledged(base::Duration after) {
    facts_.incident.acknowledged_at = kBegan + after;
    facts_.incident.acknowledged_by = "ann";
    Row(after, "acknowledged", "ann", "on it");
  }
  void Resolved(base::Duration after, std::string by) {
    facts_.incident.resolved_at = kBegan + after;
    facts_.incident.resolved_by = by;
    facts_.incident.open_anomaly_ids.clear();
    Row(after, "resolved", std::move(by), "rolled back");
  }
  void Changed(std::string id, std::string service, base::Duration after) {
    model::Change change;
    change.id = std::move(id);
    change.service = std::move(service);
    change.kind = "deployment";
    change.title = change.service + " v2";
    change.time = kBegan + after;
    facts_.changes.insert(facts_.changes.begin(), std::move(change));
  }
  void Diagnosed(std::string_view status) {
    facts_.diagnosis = Parsed(R"({"summary": "payment", "hypotheses": [
      {"entity": "payment", "probability": 0.92, "status": "likely", "region": "ch_1", "claims": [
        {"kind": "change", "subject": "ch_1", "text": "payment v2 came before",
         "evidence_id": "ev_1"}]},
      {"entity": "db", "probability": 0.05, "status": "inconclusive", "claims": []},
      {"entity": "cart", "probability": 0, "status": "ruled_out", "claims": [
        {"kind": "change", "subject": "ch_2", "text": "nothing of cart moved",
         "evidence_id": "ev_2"}]}],
      "inputs": [{"name": "metrics", "state": "ok", "text": "8 series"},
                 {"name": "spans", "state": "none", "text": "no spans"}]})");
    facts_.diagnosis["status"] = status;
  }
  std::string Draft() const { return PostMortem(facts_); }

  PostMortemFacts facts_;
};

TEST_F(PostMortemTest, TellsWhenItBeganWasNoticedToldTakenMitigatedAndOver) {
  Row(seconds(33), "page_sent", "vedette", "phone: answered");
  Acknowledged(seconds(120));
  facts_.incident.phases = {{model::IncidentPhase::kDetection, kBegan, "vedette"},
                            {model::IncidentPhase::kMitigation, kBegan + minutes(5), "ann"}};
  Resolved(minutes(12), "ann");

  const std::string draft = Draft();

  EXPECT_THAT(draft,
              HasSubstr("It began at 2026-11-22 11:59:22 UTC and was over 12 min 0 s later"));
  EXPECT_THAT(draft, HasSubstr("noticed at 2026-11-22 11:59:52 UTC, 30 s later"));
  EXPECT_THAT(draft, HasSubstr("first page was delivered at 2026-11-22 11:59:55 UTC, 3 s after it "
                               "was noticed (phone: answered)"));
  EXPECT_THAT(
      draft, HasSubstr("ann acknowledged it at 2026-11-22 12:01:22 UTC, 2 min 0 s after it began"));
  EXPECT_THAT(draft,
              HasSubstr("ann began to mitigate at 2026-11-22 12:04:22 UTC, 5 min 0 s after"));
  EXPECT_THAT(draft, HasSubstr("ann resolved it at 2026-11-22 12:11:22 UTC, 12 min 0 s after"));
  EXPECT_THAT(draft, HasSubstr("It touched 2 services: payment, checkout."));
  EXPECT_THAT(draft, HasSubstr(": ann resolved it: \"rolled back\"."));
}

TEST_F(PostMortemTest, SaysWhatIsNotKnownAndClaimsNothingInItsPlace) {
  const std::string draft = Draft();

  EXPECT_THAT(draft, HasSubstr("and is not over: of 2 anomalies 1 is still open"));
  EXPECT_THAT(draft, HasSubstr("No page about it was delivered to anybody."));
  EXPECT_THAT(draft, HasSubstr("Nobody acknowledged it."));
  EXPECT_THAT(draft, HasSubstr("Nobody recorded when the mitigation began."));
  EXPECT_THAT(draft, HasSubstr("It is not resolved."));
  EXPECT_THAT(draft, HasSubstr("The impact was not measured."));
  EXPECT_THAT(draft, HasSubstr("No diagnosis was made."));
  EXPECT_THAT(draft, HasSubstr("No change of its services was recorded"));
  EXPECT_THAT(draft, HasSubstr("Nobody has written down what was done"));
  EXPECT_THAT(draft, HasSubstr("No task was written down"));
  EXPECT_THAT(draft, HasSubstr("| From then to the first page | not known |"));
  EXPECT_THAT(draft, HasSubstr("**[To fill in: the cause as you know it now"));
  EXPECT_THAT(draft, Not(HasSubstr("probability")));
}

TEST_F(PostMortemTest, GivesTheCauseItsProbabilityAndItsEvidence) {
  Diagnosed("likely");
  facts_.verdicts = {{.id = "vd_1",
                      .incident_id = "in_1",
                      .opinion = diagnose::live::Opinion::kWrong,
                      .why = "it was the disk",
                      .cause = "db",
                      .by = "ann",
                      .at = kBegan + hours(1),
                      .revision = 1}};

  const std::string draft = Draft();

  EXPECT_THAT(draft, HasSubstr("The diagnosis holds **payment** to be where it began, with a "
                               "probability of 92 %: likely. This rests on:"));
  EXPECT_THAT(draft, HasSubstr("payment v2 came before ([evidence](http://vedette/e/ev_1))"));
  EXPECT_THAT(draft, HasSubstr("Other candidates were: db (5 %)."));
  EXPECT_THAT(draft, HasSubstr("nothing of cart moved ([evidence](http://vedette/e/ev_2))"));
  EXPECT_THAT(draft, HasSubstr("- spans: no spans."));
  EXPECT_THAT(draft, Not(HasSubstr("8 series"))) << "that was seen";
  EXPECT_THAT(draft, HasSubstr("ann said that the diagnosis of its cause is wrong, and that it was "
                               "db."))
      << "the summary does not repeat what somebody has refuted";
  EXPECT_THAT(draft, HasSubstr("the diagnosis is wrong, and that the cause was db: \"it was the "
                               "disk\"."));
}

TEST_F(PostMortemTest, NoCauseIsQuiteCertain) {
  Diagnosed("confirmed");
  facts_.diagnosis["hypotheses"][0]["probability"] = 0.99998;

  EXPECT_THAT(Draft(), HasSubstr("with a probability of more than 99.9 %: confirmed."));
}

TEST_F(PostMortemTest, ACauseThatWasNotFoundIsNotNamed) {
  Diagnosed("unknown");

  const std::string draft = Draft();

  EXPECT_THAT(draft, HasSubstr("The diagnosis names no cause: payment\n"));
  EXPECT_THAT(draft, HasSubstr("Its cause was not found by the diagnosis."));
  EXPECT_THAT(draft, Not(HasSubstr("to be where it began")));
}

TEST_F(PostMortemTest, TellsChangesOfItsServicesBeforeAndWhileItWentOn) {
  Diagnosed("likely");
  Changed("ch_3", "search", -hours(2));
  Changed("ch_2", "cart", -hours(1));
  Changed("ch_1", "payment", -seconds(45));
  Changed("ch_4", "payment", minutes(8));

  const std::string draft = Draft();

  EXPECT_THAT(draft, HasSubstr("- 2026-11-22 11:58:37 UTC, 45 s before it began: deployment of "
                               "payment: \"payment v2\". The diagnosis suspects it, with a "
                               "probability of 92 % ([evidence](http://vedette/e/ev_1))."));
  EXPECT_THAT(draft, HasSubstr("\"cart v2\". The diagnosis rules it out"));
  EXPECT_THAT(draft, HasSubstr("1 change of other services fell into the same 24 hours."));
  EXPECT_THAT(draft, Not(HasSubstr("search v2")));
  EXPECT_THAT(draft,
              HasSubstr("- 2026-11-22 12:07:22 UTC: recorded change, deployment of payment"));
}

TEST_F(PostMortemTest, ClaimsNoChangeOfWhatItHasNotReadToTheEnd) {
  Changed("ch_1", "search", -hours(2));
  EXPECT_THAT(PostMortem(facts_), HasSubstr("No change of its services was recorded"));
  facts_.older_changes_left_out = true;
  const std::string draft = PostMortem(facts_);
  EXPECT_THAT(draft, Not(HasSubstr("No change of its services was recorded")));
  EXPECT_THAT(draft, HasSubstr("there were too many to look at all"));
  EXPECT_THAT(draft, HasSubstr("At least 1 change of other services"));
}

TEST_F(PostMortemTest, SaysWhoWasHurtAndHowMuchInTheUnitsOfTheMeasures) {
  facts_.impact = Parsed(R"({"entities": [{"entity": "payment", "role": "origin",
      "first_seen": "2026-11-22T11:59:22.000Z", "text": "payment is slow", "evidence_id": "ev_3"}],
    "requests": {"entity": "checkout", "total": 5939.6, "failed": 119.9, "failed_usually": 0,
      "hurt": 119.9, "total_evidence_id": "ev_4", "failed_evidence_id": "ev_5"},
    "users": null, "error_budget": null, "differences": [],
    "report": [{"entity": "payment", "metric": "latency", "statistic": "mean", "kind": "latency",
      "unit": "s", "normal": 0.14, "during": 1.5, "percent": 971, "evidence_id": "ev_6"},
      {"entity": "payment", "metric": "requests failed share", "statistic": null, "kind": "errors",
      "unit": "ratio", "normal": null, "during": 0.0202, "percent": null,
      "evidence_id": "ev_7"},
      {"entity": "payment", "metric": "cpu_usage", "statistic": null, "kind": "cpu",
      "unit": null, "normal": 0.4, "during": 0.41, "percent": 2.5, "evidence_id": "ev_8"}]})");

  const std::string draft = Draft();

  EXPECT_THAT(draft, HasSubstr("At checkout, 5,940 requests came in "
                               "([evidence](http://vedette/e/ev_4)), and 120 of them failed"));
  EXPECT_THAT(draft, HasSubstr("At checkout, about 120 requests more failed than usually do."));
  EXPECT_THAT(draft, HasSubstr("How many users were hurt is not known"));
  EXPECT_THAT(draft, HasSubstr("**payment** is where it came from, first seen at 2026-11-22 "
                               "11:59:22 UTC"));
  EXPECT_THAT(draft, HasSubstr("| payment | latency: latency mean | 140 ms | 1.5 s |"));
  EXPECT_THAT(draft, HasSubstr("requests failed share | not known | 2.02 % |"));
  EXPECT_THAT(draft, Not(HasSubstr("cpu")));
  EXPECT_THAT(draft, HasSubstr("1 other measure changed by less than 20 %."));
  EXPECT_THAT(draft, Not(HasSubstr("error budget")));
}

TEST_F(PostMortemTest, JudgesBySimilarIncidentsAndOnlyWhenThereAreEnough) {
  Acknowledged(minutes(2));
  Resolved(minutes(50), "vedette");
  facts_.usual = {
      .acknowledged = 12, .to_acknowledge = minutes(3), .resolved = 12, .to_resolve = minutes(20)};
  const std::string judged = Draft();
  EXPECT_THAT(judged, HasSubstr("The acknowledgement took 2 min 0 s, no longer than the median of "
                                "the 12 incidents"));
  EXPECT_THAT(judged, HasSubstr("The end took 50 min 0 s, longer than the median"));
  EXPECT_THAT(judged, HasSubstr("It ended by itself"));

  facts_.usual.resolved = facts_.usual.acknowledged = 2;
  const std::string alone = Draft();
  EXPECT_THAT(alone, Not(HasSubstr("median")));
  EXPECT_THAT(alone, HasSubstr("2 incidents as severe ended in the 90 days before: too few"));
}

TEST_F(PostMortemTest, NamesDeliveriesThatFailedAndThatItOpenedAgain) {
  Row(seconds(31), "page_failed", "vedette", "hook: HTTP 500; trying again");
  Row(minutes(9), "reopened", "ann", "");

  const std::string draft = Draft();

  EXPECT_THAT(draft, HasSubstr("1 delivery attempt failed, first at 2026-11-22 11:59:53 UTC (hook: "
                               "HTTP 500; trying again)"));
  EXPECT_THAT(draft, HasSubstr("It was opened again once."));
  EXPECT_THAT(draft, HasSubstr("It was opened again after it had been resolved."));
}

TEST_F(PostMortemTest, AStormOfAnomaliesIsOneRowOfTheTimeline) {
  for (int i = 1; i <= 5; ++i) Row(minutes(i), "anomaly_opened", "vedette", "slow");
  Row(minutes(6), "anomaly_closed", "vedette", "slow again");
  Row(minutes(7), "comment", "ann", "I look");
  Row(minutes(8), "anomaly_closed", "vedette", "the last one");

  const std::string draft = Draft();

  EXPECT_THAT(draft, HasSubstr("- 2026-11-22 12:00:22 UTC **anomalies** 5 opened and 1 closed "
                               "until 2026-11-22 12:05:22 UTC, the first: slow\n- "
                               "2026-11-22 12:06:22 UTC **comment** ann: I look\n"));
  EXPECT_THAT(draft, HasSubstr("**anomaly\\_closed** the last one")) << "one alone is no storm";
}

TEST_F(PostMortemTest, TasksAreActionItemsAndStrangersTextStaysPlain) {
  facts_.incident.title = "payment: <script>*bold*</script>";
  model::IncidentTask& task = facts_.incident.tasks.emplace_back();
  task.title = "roll back";
  task.assignee = "bob";
  model::IncidentTask& done = facts_.incident.tasks.emplace_back();
  done.title = "add an index";
  done.done_at = kBegan + hours(1);
  done.done_by = "ann";
  Row(minutes(1), "comment", "eve", "a|b\n# heading");

  const std::string draft = Draft();

  EXPECT_THAT(draft, HasSubstr("# Post-mortem: payment: \\<script\\>\\*bold\\*"));
  EXPECT_THAT(draft, HasSubstr("- [ ] roll back (bob)\n"));
  EXPECT_THAT(draft, HasSubstr("- [x] add an index, done by ann at 2026-11-22 12:59:22 UTC\n"));
  EXPECT_THAT(draft, HasSubstr("eve wrote \"a\\|b \\# heading\"."));
}

TEST_F(PostMortemTest, BeginsWithWhatPeopleStarredInTheOrderInWhichItHappened) {
  EXPECT_THAT(Draft(), Not(HasSubstr("Key moments")));
  Row(minutes(1), "page_sent", "vedette", "told ops by mail");
  Row(minutes(2), "comment", "ann", "rolled back");
  Row(minutes(9), "comment", "bob", "the pool was full");
  for (size_t i = 0; i < facts_.incident.timeline.size(); ++i) {
    facts_.incident.timeline[i].seq = static_cast<int64_t>(i + 1);
  }
  facts_.incident.timeline.back().happened_at = kBegan + seconds(90);
  facts_.incident.starred = {2, 3, 4};

  const std::string draft = Draft();

  const size_t from = draft.find("## Key moments");
  ASSERT_NE(from, std::string::npos);
  const std::string moments = draft.substr(from, draft.find("\n## ", from + 5) - from);
  EXPECT_EQ(moments,
            "## Key moments\n\n"
            "- 2026-11-22 12:00:22 UTC: told ops by mail.\n"
            "- 2026-11-22 12:00:52 UTC: bob wrote \"the pool was full\".\n"
            "- 2026-11-22 12:01:22 UTC: ann wrote \"rolled back\".\n");
  EXPECT_THAT(draft,
              HasSubstr("12:00:52 UTC **comment** bob: the pool was full (written down at "));
}

TEST_F(PostMortemTest, OfADeclaredOneNobodyKnowsSinceWhenItHadGoneOn) {
  facts_.incident.timeline.clear();
  facts_.incident.started_at = kBegan;
  Row(seconds(0), "opened", "vedette", "users cannot pay");
  Row(seconds(0), "declared", "ann", "called by three customers");

  facts_.incident.anomaly_ids.clear();
  EXPECT_THAT(Draft(), HasSubstr("and is not over. Its severity"));
  EXPECT_THAT(Draft(), HasSubstr("when ann declared it."));
  EXPECT_THAT(Draft(), Not(HasSubstr("It was noticed at")));
}

}  // namespace
}  // namespace vedette::api
