#include "api/stream_hub.h"

#include <gtest/gtest.h>

#include "api/testing/recording_responder.h"

namespace vedette::api {
namespace {

class StreamHubTest : public testing::Test {
 protected:
  std::shared_ptr<RecordingStream> Open(const std::string& tenant, std::vector<std::string> topics,
                                        std::string_view last_id = {}) {
    Recorded recorded;
    std::unique_ptr<net::Responder> responder = std::make_unique<RecordingResponder>(recorded);
    if (!hub_.Open(tenant, std::move(topics), last_id, responder)) return nullptr;
    return std::static_pointer_cast<RecordingStream>(recorded.stream);
  }

  base::MetricsRegistry metrics_;
  StreamHub hub_{{.first_id = 10, .ring_messages = 3, .streams_max = 2}, metrics_};
};

TEST_F(StreamHubTest, ReachesOnlyTheTenantAndTopicsAskedFor) {
  const auto all = Open("a", {});
  const auto anomalies = Open("a", {"anomalies"});
  all->Take();
  anomalies->Take();

  hub_.Publish("a", "incidents", "{\"n\":1}");
  hub_.Publish("b", "incidents", "{\"n\":2}");

  EXPECT_EQ(all->Take(), "id: 10\nevent: patch\ndata: {\"n\":1}\n\n");
  EXPECT_EQ(anomalies->Take(), "");
}

TEST_F(StreamHubTest, ResumesAfterTheLastIdSeen) {
  for (int i = 0; i < 3; ++i) hub_.Publish("a", "incidents", "{}");

  const auto stream = Open("a", {}, "11");

  EXPECT_NE(stream->Take().find("id: 12\n"), std::string::npos);
}

TEST_F(StreamHubTest, AsksForAResyncWhenTheGapIsTooOldOrUnknown) {
  for (int i = 0; i < 6; ++i) hub_.Publish("a", "incidents", "{}");

  for (const char* id : {"10", "3", "99", "nonsense"}) {
    const auto stream = Open("a", {}, id);
    const std::string text = stream->Take();
    EXPECT_NE(text.find("event: resync"), std::string::npos) << id;
    EXPECT_EQ(text.find("event: patch"), std::string::npos) << id;
    stream->Close();
  }
}

TEST_F(StreamHubTest, RefusesMoreStreamsThanItsLimitUntilOneCloses) {
  const auto first = Open("a", {});
  ASSERT_NE(Open("a", {}), nullptr);
  EXPECT_EQ(Open("a", {}), nullptr);

  first->Close();

  EXPECT_NE(Open("a", {}), nullptr);
}

TEST_F(StreamHubTest, CloseEndsAllStreams) {
  const auto stream = Open("a", {});

  hub_.Close();

  EXPECT_TRUE(stream->closed());
}

}  // namespace
}  // namespace vedette::api
