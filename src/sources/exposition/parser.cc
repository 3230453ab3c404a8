#include "sources/exposition/parser.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <utility>

#include "base/utf8.h"
#include "sources/exposition/family_checker.h"
#include "sources/exposition/line_reader.h"
#include "sources/exposition/protobuf_parser.h"

namespace vedette::sources::exposition {
namespace {

constexpr std::array<std::string_view, 8> kTypes = {
    "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"};

// One run over a text.
class Parser {
 public:
  Parser(const ParseOptions& options, const SampleSink& on_sample, const MetadataSink& on_metadata)
      : options_(options), on_sample_(on_sample), on_metadata_(on_metadata), reader_(options) {}

  base::Result<uint64_t> Run(std::string_view text);

 private:
  base::Result<> ReadLine(std::string_view line);
  base::Result<> ReadSample();
  base::Result<> ReadStrictLine(std::string_view line);
  base::Result<> ReadComment(std::string_view keyword);
  void SetHelp(std::string help);
  bool strict() const { return options_.format == Format::kOpenMetrics; }
  base::Result<> SetMetadata(std::string_view keyword);
  void TellMetadata();

  const ParseOptions& options_;
  const SampleSink& on_sample_;
  const MetadataSink& on_metadata_;
  LineReader reader_;
  FamilyChecker checker_;  // OpenMetrics only
  uint64_t samples_ = 0;
  bool ended_ = false;  // by "# EOF"
  std::string family_;
  std::string_view type_;
  std::string help_;
  std::string unit_;
};

base::Result<uint64_t> Parser::Run(std::string_view text) {
  uint64_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (base::Result<> read = ReadLine(line); !read.ok()) {
      return read.error().With(fmt::format("line {}", line_number));
    }
  }
  if (options_.format == Format::kOpenMetrics && !ended_) {
    return base::InvalidArgument(
        fmt::format("line {}: the text ends without \"# EOF\"", line_number + 1));
  }
  TellMetadata();
  return samples_;
}

base::Result<> Parser::ReadLine(std::string_view line) {
  if (ended_) return base::InvalidArgument("text after \"# EOF\"");
  if (!base::IsValidUtf8(line)) return base::InvalidArgument("the line is not valid UTF-8");
  if (strict()) return ReadStrictLine(line);
  const size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  if (line[first] != '#') {
    reader_.Begin(line);
    return ReadSample();
  }
  reader_.Begin(line.substr(first + 1));
  return ReadComment(reader_.ReadWord());
}

base::Result<> Parser::ReadStrictLine(std::string_view line) {
  if (line.empty()) return base::InvalidArgument("the line is empty");
  if (line == "# EOF") {
    ended_ = true;
    return checker_.End();
  }
  if (line[0] != '#') {
    reader_.Begin(line);
    return ReadSample();
  }
  for (const std::string_view keyword : {"HELP", "TYPE", "UNIT"}) {
    if (!line.substr(1).starts_with(' ') || !line.substr(2).starts_with(keyword)) continue;
    reader_.Begin(line.substr(2 + keyword.size()));
    return ReadComment(keyword);
  }
  return base::InvalidArgument("a comment must be # HELP, # TYPE, # UNIT or # EOF");
}

base::Result<> Parser::ReadSample() {
  if (samples_ >= options_.samples_max) {
    return base::InvalidArgument(fmt::format("more than {} samples", options_.samples_max),
                                 "samples_per_request");
  }
  VEDETTE_TRY_VOID(reader_.ReadSeries());
  ParsedSample sample;
  VEDETTE_TRY(sample.value, reader_.ReadValue("the value"));
  VEDETTE_TRY(sample.t_ms, reader_.ReadTimestamp());
  VEDETTE_TRY(const std::optional<ParsedExemplar> exemplar, reader_.ReadExemplar());
  if (exemplar) sample.exemplars = {&*exemplar, 1};
  VEDETTE_TRY_VOID(reader_.ExpectEnd());
  sample.labels = reader_.labels();
  if (strict()) {
    VEDETTE_TRY_VOID(checker_.Sample(sample.labels, sample.value, sample.t_ms));
    if (exemplar) VEDETTE_TRY_VOID(checker_.Exemplar());
  }
  ++samples_;
  return on_sample_(sample);
}

base::Result<> Parser::ReadComment(std::string_view keyword) {
  if (keyword != "HELP" && keyword != "TYPE" && keyword != "UNIT") return {};
  if (keyword == "UNIT" && !strict()) return {};
  return SetMetadata(keyword);
}

base::Result<> Parser::SetMetadata(std::string_view keyword) {
  VEDETTE_TRY_VOID(reader_.ReadSpace("the name of the family"));
  VEDETTE_TRY(const std::string_view family, reader_.ReadFamily());
  if (family != family_) {
    TellMetadata();
    family_ = family;
  }
  // HELP may be empty and begin with spaces, but it is there.
  if (keyword == "HELP" && strict()) {
    VEDETTE_TRY_VOID(reader_.ExpectSpace("the help"));
    VEDETTE_TRY_VOID(checker_.Metadata(keyword, family_, {}));
  }
  if (keyword == "HELP") {
    SetHelp(reader_.ReadHelp());
    return {};
  }
  // A unit may be empty, a type is a word.
  VEDETTE_TRY_VOID(keyword == "UNIT" ? reader_.ExpectSpace("the unit")
                                     : reader_.ReadSpace("the type"));
  const std::string_view word = reader_.ReadWord();
  if (keyword == "UNIT") {
    unit_ = word.substr(0, options_.name_bytes_max);
  } else {
    const auto* const type =
        std::ranges::find(kTypes, word == "untyped" && !strict() ? "unknown" : word);
    if (type == kTypes.end()) {
      return base::InvalidArgument(
          fmt::format("\"{}\" is no metric type", std::string_view(word).substr(0, 80)));
    }
    type_ = *type;
  }
  if (strict()) VEDETTE_TRY_VOID(checker_.Metadata(keyword, family_, word));
  return reader_.ExpectEnd();
}

void Parser::SetHelp(std::string help) {
  help_ = std::move(help);
  help_.resize(HelpBytes(help_, options_.help_bytes_max));
}

void Parser::TellMetadata() {
  if (!family_.empty() && on_metadata_) {
    on_metadata_({.type = type_.empty() ? kTypes.back() : type_,
                  .family = family_,
                  .help = help_,
                  .unit = unit_});
  }
  family_.clear();
  type_ = {};
  help_.clear();
  unit_.clear();
}

}  // namespace

Format FormatOf(std::string_view content_type) {
  if (content_type.starts_with("application/openmetrics-text")) return Format::kOpenMetrics;
  return content_type.starts_with("application/vnd.google.protobuf") ? Format::kProtobuf
                                                                     : Format::kText;
}

void AddSample(const ParsedSample& sample, int64_t t_ms, model::WriteBatch& out) {
  if (sample.histogram != nullptr) {
    out.AddHistogram(t_ms, *sample.histogram);
  } else {
    out.Add(t_ms, sample.value);
  }
  for (const ParsedExemplar& exemplar : sample.exemplars) {
    model::LabelsBuilder labels;
    for (const model::Label& label : exemplar.labels) labels.Append(label.name, label.value);
    out.AddExemplar(
        {.labels = labels.Build(), .t_ms = exemplar.t_ms.value_or(t_ms), .value = exemplar.value});
  }
}

base::Result<uint64_t> Parse(std::string_view text, const ParseOptions& options,
                             const SampleSink& on_sample, const MetadataSink& on_metadata) {
  if (options.format == Format::kProtobuf) {
    return ParseProtobuf(text, options, on_sample, on_metadata);
  }
  return Parser(options, on_sample, on_metadata).Run(text);
}

base::Result<uint64_t> ParseBatch(std::string_view text, const ParseOptions& options,
                                  base::TimePoint now, model::WriteBatch& out,
                                  const MetadataSink& on_metadata) {
  out.Clear();
  model::LabelsBuilder builder;
  std::string canonical;
  const SampleSink add = [&](const ParsedSample& sample) -> base::Result<> {
    builder.Clear();
    for (const model::Label& label : sample.labels) builder.Append(label.name, label.value);
    canonical.clear();
    builder.AppendCanonical(canonical);
    out.BeginSeries(model::LabelsView::FromCanonical(canonical));
    AddSample(sample, sample.t_ms.value_or(base::ToMillis(now)), out);
    return {};
  };
  base::Result<uint64_t> samples = Parse(text, options, add, on_metadata);
  if (!samples.ok()) out.Clear();
  return samples;
}

}  // namespace vedette::sources::exposition
