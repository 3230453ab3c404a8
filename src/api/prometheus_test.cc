#include "api/prometheus.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/testing/fake_clock.h"
#include "query/testing/memory_store.h"

namespace vedette::api {
namespace {

constexpr std::string_view kMore = "{\"status\":\"success\",\"data\":";

class Prometheus : public ::testing::Test {
 protected:
  Prometheus() {
    for (int i = 0; i <= 4; ++i) {
      Add("acme", {{"__name__", "up"}, {"job", "a"}}, i * 15'000, i);
      Add("acme", {{"__name__", "up"}, {"job", "b\"\n"}}, i * 15'000, 0.5);
    }
    Add("other", {{"__name__", "secret"}}, 0, 1);
  }

  void Add(const std::string& tenant, std::vector<std::pair<std::string, std::string>> labels,
           int64_t t_ms, double value) {
    store_.Add(tenant, model::Labels(std::move(labels)), t_ms, value);
  }

  net::Response Ask(std::string_view method, const std::string& path,
                    const std::string& parameters) {
    net::Request request;
    request.method = std::string(method);
    request.path = path;
    request.deadline = clock_.Steady() + base::Duration(60'000);
    if (method == "POST") {
      request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
      request.body = parameters;
    } else {
      request.query = net::ParseParameters(parameters).value_or(net::Parameters());
    }
    if (gone_) request.cancelled = [] { return true; };
    for (const Route& route : PrometheusRoutes(engine_, store_)) {
      Call call{.request = request,
                .caller = {"test", "acme"},
                .path_values = {},
                .now = base::FromMillis(60'000)};
      if (route.method != method) continue;
      if (route.pattern == "/api/v1/label/{name}/values" && path.starts_with("/api/v1/label/")) {
        call.path_values = {{"name", path.substr(14, path.rfind('/') - 14)}};
      } else if (route.pattern != path) {
        continue;
      }
      EXPECT_EQ(route.permission, Permission::kRead);
      return route.handler(call);
    }
    return net::TextResponse(404, "no route");
  }
  std::string Get(const std::string& path, const std::string& parameters = "") {
    return Ask("GET", path, parameters).body;
  }
  std::string Data(const std::string& path, const std::string& parameters = "") {
    const std::string body = Get(path, parameters);
    return body.starts_with(kMore) ? body.substr(kMore.size(), body.size() - kMore.size() - 1)
                                   : body;
  }

  query::testing::MemoryStore store_;
  base::FakeClock clock_;
  query::Engine engine_{query::EngineOptions(), store_, clock_};
  bool gone_ = false;
};

TEST_F(Prometheus, AnswersInstantQueriesToTheLetter) {
  EXPECT_EQ(Get("/api/v1/query", "query=up&time=60.25"),
            R"({"status":"success","data":{"resultType":"vector","result":[)"
            R"({"metric":{"__name__":"up","job":"a"},"value":[60.250,"4"]},)"
            R"({"metric":{"__name__":"up","job":"b\"\n"},"value":[60.250,"0.5"]}]}})");
  EXPECT_EQ(Data("/api/v1/query", "query=1/0"), R"({"resultType":"scalar","result":[60,"+Inf"]})");
  EXPECT_EQ(Data("/api/v1/query", "query=-1e-9&time=-1.5"),
            R"({"resultType":"scalar","result":[-1.500,"-1e-09"]})");
  EXPECT_EQ(Data("/api/v1/query", "query=NaN&time=1970-01-01T00:00:01.005Z"),
            R"({"resultType":"scalar","result":[1.005,"NaN"]})");
  EXPECT_EQ(Data("/api/v1/query", "query=\"text\""),
            R"({"resultType":"string","result":[60,"text"]})");
  EXPECT_EQ(Data("/api/v1/query", "query=nosuch"), R"({"resultType":"vector","result":[]})");
  EXPECT_EQ(Data("/api/v1/query", "query=up{job=\"a\"}[30s]"),
            R"({"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},)"
            R"("values":[[45,"3"],[60,"4"]]}]})");
}

TEST_F(Prometheus, AnswersRangeQueriesInFormsToo) {
  const std::string want = R"({"status":"success","data":{"resultType":"matrix","result":[)"
                           R"({"metric":{"job":"a"},"values":[[0,"0"],[30,"2"],[60,"4"]]}]}})";
  EXPECT_EQ(Get("/api/v1/query_range", "query=sum by(job)(up{job=\"a\"})&start=0&end=60&step=30s"),
            want);
  EXPECT_EQ(Ask("POST", "/api/v1/query_range",
                "query=sum+by%28job%29%28up%7Bjob%3D%22a%22%7D%29&start=0&end=60&step=30")
                .body,
            want);
}

TEST_F(Prometheus, AddsWarningsAndInfos) {
  EXPECT_EQ(Get("/api/v1/query", "query=quantile(2,up)"),
            R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},)"
            R"("value":[60,"+Inf"]}]},"warnings":["PromQL warning: quantile value should be )"
            R"~(between 0 and 1, got 2 (1:10)"]})~");
  EXPECT_NE(Get("/api/v1/query", "query=rate(up[1m])").find("\"infos\":[\"PromQL info: metric"),
            std::string::npos);
  EXPECT_EQ(Get("/api/v1/query", "query=up&limit=1"),
            R"({"status":"success","data":{"resultType":"vector","result":[{"metric":)"
            R"({"__name__":"up","job":"a"},"value":[60,"4"]}]},)"
            R"("warnings":["results truncated due to limit"]})");
}

TEST_F(Prometheus, NamesTheKindOfEachError) {
  struct Case {
    std::string_view path;
    std::string_view parameters;
    int status;
    std::string_view type;
    std::string_view message;
  };
  const Case cases[] = {
      {"/api/v1/query", "query=up%2B", 400, "bad_data",
       R"(invalid parameter \"query\": 1:4: parse error: unexpected end of input)"},
      {"/api/v1/query", "query=up&time=x", 400, "bad_data",
       R"(invalid parameter \"time\": cannot parse \"x\" to a valid timestamp)"},
      {"/api/v1/query", "query=up&timeout=x", 400, "bad_data",
       R"(invalid parameter \"timeout\": cannot parse \"x\" to a valid duration)"},
      {"/api/v1/query", "query=up&limit=-1", 400, "bad_data", R"(invalid parameter \"limit\")"},
      {"/api/v1/query_range", "query=up&start=0&end=60", 400, "bad_data",
       R"(invalid parameter \"step\": cannot parse \"\" to a valid duration)"},
      {"/api/v1/query_range", "query=up&start=60&end=0&step=1", 400, "bad_data",
       R"(invalid parameter \"end\": end timestamp must not be before start time)"},
      {"/api/v1/query_range", "query=up&start=0&end=60&step=0", 400, "bad_data",
       R"(invalid parameter \"step\": zero or negative query resolution)"},
      {"/api/v1/query_range", "query=up&start=0&end=60000&step=1", 400, "bad_data",
       R"("error":"exceeded maximum resolution of 11,000 points per timeseries. Try)"},
      {"/api/v1/query", "query=up/on()up", 422, "execution",
       R"(found duplicate series for the match group {} on the right hand-side of the operation: )"
       R"([{__name__=\"up\", job=)"},
      {"/api/v1/query", "query=up&time=1e99", 400, "bad_data",
       R"(invalid parameter \"time\": cannot parse \"1e99\" to a valid timestamp)"},
      {"/api/v1/series", "", 400, "bad_data", "no match[] parameter provided"},
      {"/api/v1/series", "match[]=up{", 400, "bad_data", R"(invalid parameter \"match[]\": 1:4)"},
      {"/api/v1/labels", "start=5&end=4", 400, "bad_data", R"(invalid parameter \"end\")"},
  };
  for (const Case& c : cases) {
    const net::Response response = Ask("GET", std::string(c.path), std::string(c.parameters));
    EXPECT_EQ(response.status, c.status) << c.parameters;
    EXPECT_EQ(response.body.find("{\"status\":\"error\",\"errorType\":\"" + std::string(c.type) +
                                 "\",\"error\":\""),
              0U)
        << response.body;
    EXPECT_NE(response.body.find(c.message), std::string::npos) << response.body;
  }
}

TEST_F(Prometheus, TellsTimeoutsCancellationAndStoreTroubleApart) {
  store_.FailNext(base::DeadlineExceeded("query timed out"));
  EXPECT_EQ(Ask("GET", "/api/v1/query", "query=up").status, 503);
  store_.FailNext(base::Unavailable("the store is stopping"));
  const net::Response unavailable = Ask("GET", "/api/v1/query", "query=up");
  EXPECT_EQ(unavailable.status, 503);
  EXPECT_EQ(unavailable.headers.Get("Retry-After"), "1");
  store_.FailNext(base::ResourceExhausted("too many series"));
  EXPECT_EQ(Ask("GET", "/api/v1/query", "query=up").status, 422);
  store_.FailNext(base::DataLoss("bad block"));
  EXPECT_EQ(Ask("GET", "/api/v1/labels", "").status, 500);
  gone_ = true;
  const net::Response canceled = Ask("GET", "/api/v1/query", "query=up");
  EXPECT_EQ(canceled.status, 499);
  EXPECT_NE(canceled.body.find("\"errorType\":\"canceled\""), std::string::npos);
}

TEST_F(Prometheus, ListsSeriesLabelsAndValuesOfTheCallersTenantOnly) {
  EXPECT_EQ(Data("/api/v1/series", "match[]=up{job=\"a\"}&match[]={job=~\"a|z\"}&match[]=secret"),
            R"([{"__name__":"up","job":"a"}])");
  EXPECT_EQ(Data("/api/v1/labels"), R"(["__name__","job"])");
  EXPECT_EQ(Data("/api/v1/labels", "match[]=nosuch"), "[]");
  EXPECT_EQ(Data("/api/v1/label/job/values"), R"(["a","b\"\n"])");
  EXPECT_EQ(Data("/api/v1/label/__name__/values"), R"(["up"])");
  EXPECT_EQ(Data("/api/v1/label/job/values", "start=100&end=200"), "[]");
  // As promtool and Prometheus' client ask for all of time.
  EXPECT_EQ(Data("/api/v1/label/job/values",
                 "start=-292273086-05-16T16:47:06Z&end=292277025-08-18T07:12:54.999999999Z"),
            R"(["a","b\"\n"])");
  EXPECT_EQ(Get("/api/v1/label/job/values", "limit=1"),
            R"({"status":"success","data":["a"],"warnings":["results truncated due to limit"]})");
}

TEST_F(Prometheus, ReadsEscapedLabelNamesInPaths) {
  Add("acme", {{"__name__", "m"}, {"my.la_bel\xC3\xA4", "v"}, {"U__x_", "w"}}, 0, 1);
  EXPECT_EQ(Data("/api/v1/label/U__my_2e_la__bel_e4_/values"), R"(["v"])");
  EXPECT_EQ(Data("/api/v1/label/U__x_/values"), R"(["w"])");
}

TEST_F(Prometheus, FormatsAndParsesQueries) {
  EXPECT_EQ(Data("/api/v1/query", "query=time()&time=1.79e9"),
            R"({"resultType":"scalar","result":[1790000000,"1790000000"]})");
  EXPECT_EQ(Data("/api/v1/format_query", "query=sum(up)by(job)"), "\"sum by (job) (up)\"");
  EXPECT_EQ(Data("/api/v1/parse_query", "query=-up"),
            R"({"type":"unaryExpr","op":"-","expr":{"type":"vectorSelector","name":"up",)"
            R"("matchers":[{"name":"__name__","value":"up","type":"="}],"anchored":false,)"
            R"("smoothed":false,"offset":0,"timestamp":null,"startOrEnd":null}})");
  EXPECT_EQ(Data("/api/v1/parse_query", "query=topk(1,rate(x[5m]@end()))"),
            R"({"type":"aggregation","op":"topk","expr":{"type":"call","func":{"name":"rate",)"
            R"("returnType":"vector","variadic":0,"argTypes":["matrix"]},"args":[)"
            R"({"type":"matrixSelector","range":300000,"name":"x","matchers":[{"name":"__name__",)"
            R"("value":"x","type":"="}],"anchored":false,"smoothed":false,"offset":0,)"
            R"("timestamp":null,"startOrEnd":"end"}]},)"
            R"("param":{"type":"numberLiteral","val":"1"},"without":false,"grouping":[]})");
}

TEST_F(Prometheus, GivesTheCostOfAQueryWhenAsked) {
  const std::string body = Get("/api/v1/query", "query=sum(up)&stats=all");
  EXPECT_NE(body.find(R"("stats":{"timings":{"evalTotalTime":)"), std::string::npos) << body;
  EXPECT_NE(body.find(R"("samples":{"totalQueryableSamples":10,"peakSamples":)"), std::string::npos)
      << body;
  EXPECT_EQ(Get("/api/v1/query", "query=sum(up)").find("stats"), std::string::npos);
}

TEST_F(Prometheus, WritesNativeHistogramsWithTheirBuckets) {
  auto histogram = std::make_shared<model::Histogram>();
  histogram->count = 6;
  histogram->sum = 1.5;
  histogram->zero_threshold = 0.001;
  histogram->zero_count = 1;
  histogram->positive_runs = {{0, 3}};
  histogram->positive_buckets = {2, 0, 1};
  histogram->negative_runs = {{1, 1}};
  histogram->negative_buckets = {2};
  query::QueryResult result;
  result.type = query::ValueType::kVector;
  result.t_ms = 60'000;
  result.vector.push_back({model::Labels({std::pair("job", "a")}), 1.5, histogram});
  std::string out;
  AppendQueryData(out, result, 0);
  EXPECT_EQ(out,
            R"({"resultType":"vector","result":[{"metric":{"job":"a"},"histogram":[60,)"
            R"({"count":"6","sum":"1.5","buckets":[[1,"-2","-1","2"],[3,"-0.001","0.001","1"],)"
            R"([0,"0.5","1","2"],[0,"2","4","1"]]}]}]})");

  result.type = query::ValueType::kMatrix;
  query::MatrixSeries series;
  series.samples.t_ms = {1000, 2000};
  series.samples.values = {7, 1.5};
  auto empty = std::make_shared<model::Histogram>();
  series.samples.histograms = {nullptr, empty};
  result.matrix.push_back(series);
  out.clear();
  AppendQueryData(out, result, 0);
  EXPECT_EQ(out, R"({"resultType":"matrix","result":[{"metric":{},"values":[[1,"7"]],)"
                 R"("histograms":[[2,{"count":"0","sum":"0"}]]}]})");
}

TEST_F(Prometheus, ListsExemplarsOfTheSelectedSeries) {
  model::WriteBatch batch;
  batch.BeginSeries(model::Labels({{"__name__", "up"}, {"job", "a"}}));
  batch.AddExemplar({model::Labels({std::pair("trace_id", "t1")}), 30'500, 0.25});
  ASSERT_TRUE(store_.Append("acme", batch, {}).ok());
  const std::string found =
      R"([{"seriesLabels":{"__name__":"up","job":"a"},"exemplars":[{"labels":{"trace_id":"t1"},)"
      R"("value":"0.25","timestamp":30.500}]}])";
  EXPECT_EQ(Data("/api/v1/query_exemplars", "query=rate(up[1m])/rate(up[5m])"), found);
  EXPECT_EQ(Data("/api/v1/query_exemplars", "query=up&start=31&end=60"), "[]");
  EXPECT_EQ(Ask("POST", "/api/v1/query_exemplars", "query=up%2B").status, 400);
  EXPECT_EQ(Ask("GET", "/api/v1/query_exemplars", "query=up&start=5&end=4").status, 400);
}

}  // namespace
}  // namespace vedette::api
