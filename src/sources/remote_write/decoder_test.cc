#include "sources/remote_write/decoder.h"

#include <algorithm>
#include <bit>
#include <gtest/gtest.h>
#include <limits>
#include <snappy.h>
#include <string>
#include <utility>
#include <vector>

#include <protozero/pbf_writer.hpp>

#include "base/random.h"

namespace vedette::sources::remote_write {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Series {
  Pairs labels;
  std::vector<model::Sample> samples = {{1000, 1.5}};
};

void AppendSeries(protozero::pbf_writer& request, const Series& series) {
  protozero::pbf_writer out(request, 1);
  for (const auto& [name, value] : series.labels) {
    protozero::pbf_writer label(out, 1);
    label.add_string(1, name);
    label.add_string(2, value);
  }
  for (const model::Sample& sample : series.samples) {
    protozero::pbf_writer message(out, 2);
    message.add_double(1, sample.value);
    message.add_int64(2, sample.t_ms);
  }
}

std::string Message(const std::vector<Series>& list) {
  std::string raw;
  protozero::pbf_writer request(raw);
  for (const Series& series : list) AppendSeries(request, series);
  return raw;
}

std::string Pack(const std::string& raw) {
  std::string body;
  snappy::Compress(raw.data(), raw.size(), &body);
  return body;
}

std::string Request(const std::vector<Series>& list) { return Pack(Message(list)); }

// name{...} t value, one per line.
std::string Dump(const model::WriteBatch& batch) {
  std::string out;
  for (const model::WriteBatch::Entry& entry : batch.entries()) {
    for (const model::Sample& sample : batch.samples(entry)) {
      out += batch.labels(entry).ToString() + " " + std::to_string(sample.t_ms) + " " +
             std::to_string(sample.value) + "\n";
    }
  }
  return out;
}

// What BeginSeries says of plain labels.
bool ArePlain(model::LabelsView labels) {
  const auto plain = [](std::string_view text) {
    return text.size() <= model::WriteBatch::kPlainBytesMax &&
           std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  return !labels.metric_name().empty() &&
         std::all_of(labels.begin(), labels.end(), [&](const model::Label& label) {
           return plain(label.name) && plain(label.value);
         });
}

TEST(RemoteWrite, DecodesSeriesAndSamplesInOrder) {
  model::WriteBatch batch;
  const std::string body = Request({{{{"__name__", "up"}, {"job", "node"}}, {{1000, 1}, {2000, 0}}},
                                    {{{"__name__", "rss"}, {"job", "db"}}, {{-5, 2.25}}}});

  const auto report = Decoder().Decode(body, batch);

  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(Dump(batch),
            "up{job=\"node\"} 1000 1.000000\n"
            "up{job=\"node\"} 2000 0.000000\n"
            "rss{job=\"db\"} -5 2.250000\n");
  EXPECT_EQ(report->series, 2u);
  EXPECT_EQ(report->samples, 3u);
  EXPECT_EQ(report->refused_series, 0u);
}

TEST(RemoteWrite, EmptyBodyOfAnEmptyMessageIsAnEmptyBatch) {
  model::WriteBatch batch;

  const auto report = Decoder().Decode(Pack(""), batch);

  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(batch.empty());
}

TEST(RemoteWrite, KeepsTheBitsOfStaleMarkersAndInfinities) {
  model::WriteBatch batch;
  const std::vector<double> values = {model::StaleNan(), std::numeric_limits<double>::quiet_NaN(),
                                      -0.0, std::numeric_limits<double>::infinity(), 5e-324};
  Series series{{{"__name__", "x"}}, {}};
  for (const double value : values) {
    series.samples.push_back({static_cast<int64_t>(series.samples.size()), value});
  }

  ASSERT_TRUE(Decoder().Decode(Request({series}), batch).ok());

  const auto samples = batch.samples(batch.entries()[0]);
  ASSERT_EQ(samples.size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint64_t>(samples[i].value), std::bit_cast<uint64_t>(values[i])) << i;
  }
}

TEST(RemoteWrite, LeavesOutLabelsWithoutAValue) {
  model::WriteBatch batch;

  ASSERT_TRUE(
      Decoder().Decode(Request({{{{"__name__", "x"}, {"a", ""}, {"b", "1"}}}}), batch).ok());

  EXPECT_EQ(Dump(batch), "x{b=\"1\"} 1000 1.500000\n");
}

TEST(RemoteWrite, TakesFieldsInAnyOrderAndSkipsUnknownOnes) {
  std::string raw;
  {
    protozero::pbf_writer request(raw);
    request.add_string(9, "from the future");
    protozero::pbf_writer series(request, 1);
    {
      protozero::pbf_writer sample(series, 2);
      sample.add_int64(2, 7);
      sample.add_double(1, 3);
      sample.add_fixed32(14, 1);
    }
    protozero::pbf_writer label(series, 1);
    label.add_string(2, "x");
    label.add_bool(3, true);
    label.add_string(1, "__name__");
  }
  model::WriteBatch batch;

  ASSERT_TRUE(Decoder().Decode(Pack(raw), batch).ok());

  EXPECT_EQ(Dump(batch), "x 7 3.000000\n");
}

TEST(RemoteWrite, RefusesOnlyTheSeriesWithBadLabelsAndSaysWhy) {
  struct Case {
    Pairs labels;
    std::string want;
  };
  const std::vector<Case> cases = {
      {{{"__name__", "m"}, {"a", "1"}, {"a", "2"}},
       "series m{a=\"1\",a=\"2\"}: label \"a\" occurs twice"},
      {{{"__name__", "m"}, {"a", "1"}, {"b", ""}, {"a", "1"}},
       "series m{a=\"1\",a=\"1\",b=\"\"}: label \"a\" occurs twice"},
      {{{"__name__", "m"}, {"", "1"}}, "series m{=\"1\"}: a label has no name"},
      {{{"__name__", "m"}, {"\xC0\xAF", "1"}},
       "series m{\?\?=\"1\"}: a label name is not valid UTF-8"},
      {{{"__name__", "m"}, {"a", "x\xFFy"}},
       "series m{a=\"x?y\"}: the value of label \"a\" is not valid UTF-8"},
      {{{"__name__", "m\n"}, {"a", "\xED\xA0\x80"}},
       "series m?{a=\"\?\?\?\"}: the value of label \"a\" is not valid UTF-8"},
      {{{"__name__", "m"}, {std::string(21, 'n'), "1"}},
       "series m{nnnnnnnnnnnnnnnnnnnnn=\"1\"}: a label name has 21 bytes; the limit is 20"},
      {{{"__name__", "m"}, {"a", std::string(31, 'v')}},
       "series m{a=\"vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv\"}: the value of label \"a\" has 31 bytes; "
       "the "
       "limit is 30"},
      {{{"__name__", "m"}, {"a", "1"}, {"b", "1"}, {"c", "1"}},
       "series m{a=\"1\",b=\"1\"}: 4 labels; the limit is 3"},
      {{}, "series {}: it has no labels"},
      {{{"a", ""}}, "series {a=\"\"}: it has no labels"},
  };
  Decoder decoder({.labels_max = 3, .name_bytes_max = 20, .value_bytes_max = 30});
  for (const Case& c : cases) {
    const size_t limit = c.labels.size() > 3 && c.want.find("twice") != std::string::npos ? 4 : 3;
    Decoder wide({.labels_max = limit, .name_bytes_max = 20, .value_bytes_max = 30});
    model::WriteBatch batch;

    const auto report =
        (limit == 3 ? decoder : wide)
            .Decode(Request({{c.labels, {{1, 1}, {2, 2}}}, {{{"__name__", "ok"}}}}), batch);

    ASSERT_TRUE(report.ok()) << c.want;
    EXPECT_EQ(report->first_refusal, c.want);
    EXPECT_EQ(report->refused_series, 1u) << c.want;
    EXPECT_EQ(report->refused_samples, 2u) << c.want;
    EXPECT_EQ(Dump(batch), "ok 1000 1.500000\n") << c.want;
  }
}

TEST(RemoteWrite, RefusesDuplicateNamesAlsoOnTheQuickPath) {
  Pairs labels = {{"__name__", "m"}, {"long_label_name_one", "1"}, {"long_label_name_one", "2"}};
  model::WriteBatch batch;

  const auto report = Decoder().Decode(Request({{labels}}), batch);

  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->refused_series, 1u);
}

TEST(RemoteWrite, RefusesBodiesThatAreNoMessage) {
  struct Case {
    std::string body;
    std::string want;
  };
  const std::string good = Request({{{{"__name__", "x"}}}});
  const std::string raw = Message({{{{"__name__", "x"}}}});
  const std::vector<Case> cases = {
      {"", "remote write: the body is not compressed with snappy"},
      {"\xFF\xFF\xFF\xFF\xFF\xFF", "remote write: the body is not compressed with snappy"},
      {good.substr(0, good.size() - 1), "remote write: the snappy body is damaged"},
      {raw, "remote write: the snappy body is damaged"},
      {Pack(raw.substr(0, raw.size() - 1)),
       "remote write: the body is no WriteRequest message: end of buffer exception"},
      {Pack("\x0A\xFF\xFF\xFF\xFF\x0F"),
       "remote write: the body is no WriteRequest message: end of buffer exception"},
      {Pack("not protobuf"),
       "remote write: the body is no WriteRequest message: unknown pbf field type exception"},
  };
  Decoder decoder;
  for (const Case& c : cases) {
    model::WriteBatch batch;
    const auto report = decoder.Decode(c.body, batch);
    ASSERT_FALSE(report.ok()) << c.want;
    EXPECT_EQ(report.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(report.error().message, c.want);
    EXPECT_TRUE(batch.empty());
  }
}

TEST(RemoteWrite, RefusesAClaimedGibibyteBeforeTakingMemory) {
  const std::string bomb = "\x80\x80\x80\x80\x04 and a few bytes more";
  model::WriteBatch batch;

  const auto report = Decoder().Decode(bomb, batch);

  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().message,
            "remote write: the body claims 1073741824 bytes when decompressed; the limit is "
            "67108864");
  EXPECT_EQ(report.error().field, "decoded_bytes");
}

TEST(RemoteWrite, RefusesAClaimThatTheBodyCannotHold) {
  const std::string bomb = "\x80\x80\x80\x1F 64 MiB from here?";  // below the limit
  model::WriteBatch batch;

  const auto report = Decoder().Decode(bomb, batch);

  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().message,
            "remote write: a snappy body of 22 bytes cannot hold the 65011712 that it claims");
}

TEST(RemoteWrite, BoundsTheSamplesOfOneRequest) {
  std::vector<model::Sample> samples(6, model::Sample{1, 1});
  const std::string body =
      Request({{{{"__name__", "a"}}, samples}, {{{"__name__", "b"}}, samples}});
  model::WriteBatch batch;

  const auto report = Decoder({.samples_max = 11}).Decode(body, batch);

  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().message, "remote write: more than 11 samples in one request");
  EXPECT_EQ(report.error().field, "samples_per_request");
  EXPECT_TRUE(Decoder({.samples_max = 12}).Decode(body, batch).ok());
}

TEST(RemoteWrite, PassesMetadataToTheSink) {
  std::string raw;
  {
    protozero::pbf_writer request(raw);
    protozero::pbf_writer metadata(request, 3);
    metadata.add_int32(1, 1);
    metadata.add_string(2, "http_requests_total");
    metadata.add_string(4, "Requests.");
    metadata.add_string(5, "");
  }
  model::WriteBatch batch;
  std::string seen;

  ASSERT_TRUE(Decoder()
                  .Decode(Pack(raw), batch,
                          [&](const FamilyMetadata& m) {
                            seen = std::string(m.type) + " " + std::string(m.family) + " " +
                                   std::string(m.help) + "|" + std::string(m.unit);
                          })
                  .ok());

  EXPECT_EQ(seen, "counter http_requests_total Requests.|");
}

// Any labels, in any order, give the same bytes as the model's own way of making label sets, and
// labels are said to be plain only where they are.
TEST(RemoteWrite, AgreesWithTheModelOnRandomLabels) {
  base::Random random(7);
  Decoder decoder;
  model::WriteBatch batch;
  const auto text = [&](size_t max) {
    std::string out;
    const size_t size = 1 + random.Below(max);
    while (out.size() < size) {
      out += random.Below(20) == 0 ? std::string("\xC3\xA9")
                                   : std::string(1, char('a' + random.Below(3)));
    }
    return out;
  };
  int plain = 0;
  for (int round = 0; round < 2000; ++round) {
    Pairs labels = {{random.Below(4) == 0 ? "__name_" : "__name__", text(150)}};
    for (size_t i = random.Below(12); i > 0; --i)
      labels.emplace_back(text(12) + std::to_string(i), text(200));
    for (size_t i = labels.size(); i > 1 && round % 2 == 0; --i) {
      std::swap(labels[i - 1], labels[random.Below(i)]);
    }

    ASSERT_TRUE(decoder.Decode(Request({{labels}}), batch).ok());

    ASSERT_EQ(batch.entries().size(), 1u);
    const model::WriteBatch::Entry& entry = batch.entries()[0];
    EXPECT_EQ(batch.labels(entry).bytes(), model::Labels(labels).bytes());
    if (entry.plain_labels == 0) continue;
    ++plain;
    EXPECT_EQ(entry.plain_labels, labels.size());
    EXPECT_TRUE(ArePlain(batch.labels(entry)));
  }
  EXPECT_GT(plain, 10);
}

TEST(RemoteWrite, SurvivesEveryTruncationAndManyMutations) {
  const std::string raw = Message({{{{"__name__", "http_requests_total"}, {"code", "200"}}},
                                   {{{"__name__", "up"}, {"job", std::string(300, 'x')}}}});
  base::Random random(11);
  Decoder decoder;
  model::WriteBatch batch;
  for (size_t size = 0; size < raw.size(); ++size) {
    const auto report = decoder.Decode(Pack(raw.substr(0, size)), batch);
    if (report.ok()) {
      EXPECT_EQ(batch.sample_count(), report->samples);
    }
  }
  for (int round = 0; round < 5000; ++round) {
    std::string mutated = raw;
    for (int i = 0; i < 3; ++i)
      mutated[random.Below(raw.size())] = static_cast<char>(random.Next());
    const auto report = decoder.Decode(Pack(mutated), batch);
    if (!report.ok()) continue;
    for (const auto& entry : batch.entries()) {
      EXPECT_TRUE(model::LabelsView::ParseCanonical(batch.labels(entry).bytes()).ok());
    }
  }
}

}  // namespace
}  // namespace vedette::sources::remote_write
