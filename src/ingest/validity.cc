#include "ingest/validity.h"

#include <cstdint>
#include <fmt/core.h>
#include <string_view>

#include "base/duration.h"
#include "base/utf8.h"

namespace vedette::ingest {
namespace {

constexpr size_t kExemplarCharactersMax = 128;
constexpr size_t kNameBytesMax = 256;  // of a service, a type, an id
constexpr std::string_view kCanonicalName = "\x08__name__";

// Every byte is ASCII, lengths too: the texts are short and valid, so only the number of labels
// and the presence of the name are left to see.
bool AreShortLabelsValid(std::string_view bytes, size_t labels_max) {
  bool named = false;
  size_t count = 0;
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  while (p < end) {
    named |= *p == kCanonicalName[0] &&
             std::string_view(p, static_cast<size_t>(end - p)).starts_with(kCanonicalName);
    p += 1 + *p;
    if (p >= end) return false;
    p += 1 + *p;
    ++count;
  }
  return named && p == end && count <= labels_max;
}

// No plain label is too long.
bool ArePlainTextsAllowed(const TenantLimits& limits) {
  return limits.label_name_bytes_max >= model::WriteBatch::kPlainBytesMax &&
         limits.label_value_bytes_max >= model::WriteBatch::kPlainBytesMax;
}

Problem TimeProblem(base::TimePoint time, const TenantLimits& limits, base::TimePoint now) {
  if (time <= now + limits.max_future) return {};
  return {"time", fmt::format("{} is more than {} ahead of the server's clock",
                              base::FormatTime(time), base::FormatDuration(limits.max_future))};
}

Problem NameProblem(std::string_view field, std::string_view text) {
  if (text.empty()) return {std::string(field), "is required"};
  if (text.size() > kNameBytesMax) {
    return {std::string(field),
            fmt::format("has {} bytes; the limit is {}", text.size(), kNameBytesMax)};
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return {std::string(field), "holds a control character"};
    }
  }
  if (!base::IsValidUtf8(text)) return {std::string(field), "is not valid UTF-8"};
  return {};
}

Problem TextProblem(std::string_view field, std::string_view text) {
  if (base::IsValidUtf8(text)) return {};
  return {std::string(field), "is not valid UTF-8"};
}

Problem PairsProblem(std::string_view field,
                     const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [name, value] : pairs) {
    if (name.empty()) return {std::string(field), "a name in it is empty"};
    if (!base::IsValidUtf8(name) || !base::IsValidUtf8(value)) {
      return {std::string(field), "is not valid UTF-8"};
    }
  }
  return {};
}

Problem SizeProblem(size_t bytes, const TenantLimits& limits) {
  if (bytes <= limits.record_bytes_max) return {};
  return {"", fmt::format("has {} bytes of text; the limit is {}", bytes, limits.record_bytes_max)};
}

size_t PairBytes(const std::vector<std::pair<std::string, std::string>>& pairs) {
  size_t bytes = 0;
  for (const auto& [name, value] : pairs) bytes += name.size() + value.size();
  return bytes;
}

// The first that is a problem.
Problem First(std::initializer_list<Problem> problems) {
  for (const Problem& problem : problems) {
    if (!problem.message.empty()) return problem;
  }
  return {};
}

}  // namespace

bool AreValidLabels(model::LabelsView labels, const TenantLimits& limits) {
  if (ArePlainTextsAllowed(limits) && base::IsAscii(labels.bytes()) &&
      AreShortLabelsValid(labels.bytes(), limits.labels_max)) {
    return true;
  }
  return LabelProblem(labels, limits).empty();
}

bool AreValidLabels(const model::WriteBatch& batch, const model::WriteBatch::Entry& entry,
                    const TenantLimits& limits) {
  if (entry.plain_labels != 0 && ArePlainTextsAllowed(limits)) {
    return entry.plain_labels <= limits.labels_max;
  }
  return AreValidLabels(batch.labels(entry), limits);
}

std::string LabelProblem(model::LabelsView labels, const TenantLimits& limits) {
  if (labels.metric_name().empty()) return "it has no metric name";
  const size_t count = labels.size();
  if (count > limits.labels_max) {
    return fmt::format("{} labels; the limit is {}", count, limits.labels_max);
  }
  for (const auto& [name, value] : labels) {
    if (!base::IsValidUtf8(name)) return "a label name is not valid UTF-8";
    if (name.size() > limits.label_name_bytes_max) {
      return fmt::format("a label name has {} bytes; the limit is {}", name.size(),
                         limits.label_name_bytes_max);
    }
    if (value.size() > limits.label_value_bytes_max) {
      return fmt::format("the value of label \"{}\" has {} bytes; the limit is {}", name,
                         value.size(), limits.label_value_bytes_max);
    }
    if (!base::IsValidUtf8(value)) {
      return fmt::format("the value of label \"{}\" is not valid UTF-8", name);
    }
  }
  return {};
}

bool IsValidExemplar(const model::Exemplar& exemplar) {
  size_t characters = 0;
  for (const model::Label& label : exemplar.labels) {
    for (const std::string_view text : {label.name, label.value}) {
      if (!base::IsValidUtf8(text)) return false;
      for (const char c : text) characters += (c & 0xC0) != 0x80 ? 1 : 0;
    }
  }
  return characters <= kExemplarCharactersMax;
}

Problem LogProblem(const model::LogRecord& record, const TenantLimits& limits,
                   base::TimePoint now) {
  const size_t bytes = record.service.size() + record.message.size() + record.trace_id.size() +
                       PairBytes(record.fields);
  return First({NameProblem("service", record.service), TimeProblem(record.time, limits, now),
                SizeProblem(bytes, limits), TextProblem("message", record.message),
                TextProblem("trace_id", record.trace_id), PairsProblem("fields", record.fields)});
}

Problem EventProblem(const model::Event& event, const TenantLimits& limits, base::TimePoint now) {
  const size_t bytes = event.id.size() + event.service.size() + event.type.size() +
                       event.message.size() + event.data_json.size() + PairBytes(event.labels);
  return First({event.id.empty() ? Problem{} : NameProblem("id", event.id),
                NameProblem("service", event.service), NameProblem("type", event.type),
                TimeProblem(event.time, limits, now), SizeProblem(bytes, limits),
                TextProblem("message", event.message), TextProblem("data", event.data_json),
                PairsProblem("labels", event.labels)});
}

Problem ChangeProblem(const model::Change& change, const TenantLimits& limits,
                      base::TimePoint now) {
  const size_t bytes = change.id.size() + change.service.size() + change.kind.size() +
                       change.title.size() + change.version.size() + change.status.size() +
                       change.author.size() + change.url.size() + change.data_json.size() +
                       PairBytes(change.labels);
  return First({change.id.empty() ? Problem{} : NameProblem("id", change.id),
                NameProblem("service", change.service), NameProblem("kind", change.kind),
                TimeProblem(change.time, limits, now), SizeProblem(bytes, limits),
                TextProblem("title", change.title), TextProblem("version", change.version),
                TextProblem("status", change.status), TextProblem("author", change.author),
                TextProblem("url", change.url), TextProblem("data", change.data_json),
                PairsProblem("labels", change.labels)});
}

namespace {

// Lower-case hexadecimal of that length, and not all zeros, which OpenTelemetry calls invalid.
Problem HexProblem(std::string_view field, std::string_view id, size_t size) {
  const bool hex = id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (id.size() == size && hex && id.find_first_not_of('0') != std::string_view::npos) return {};
  return {std::string(field), fmt::format("must be {} hexadecimal digits, not all zero", size)};
}

size_t SpanBytes(const model::Span& span) {
  size_t bytes = span.service.size() + span.name.size() + span.status_message.size() +
                 PairBytes(span.attributes) + PairBytes(span.resource);
  for (const model::SpanEvent& event : span.events) {
    bytes += event.name.size() + PairBytes(event.attributes);
  }
  for (const model::SpanLink& link : span.links)
    bytes += link.trace_id.size() + link.span_id.size();
  return bytes;
}

Problem EventsProblem(const model::Span& span) {
  for (const model::SpanEvent& event : span.events) {
    if (Problem problem =
            First({TextProblem("events", event.name), PairsProblem("events", event.attributes)});
        !problem.message.empty()) {
      return problem;
    }
  }
  return {};
}

}  // namespace

Problem SpanProblem(const model::Span& span, const TenantLimits& limits, base::TimePoint now) {
  return First({HexProblem("trace_id", span.trace_id, 32), HexProblem("span_id", span.span_id, 16),
                span.parent_span_id.empty() ? Problem{}
                                            : HexProblem("parent_span_id", span.parent_span_id, 16),
                NameProblem("service", span.service), TextProblem("name", span.name),
                span.start_ns < 0 || span.end_ns < 0
                    ? Problem{"start_ns", "times before 1970 are not accepted"}
                    : Problem{},
                TimeProblem(span.time(), limits, now), SizeProblem(SpanBytes(span), limits),
                TextProblem("status_message", span.status_message),
                PairsProblem("attributes", span.attributes),
                PairsProblem("resource", span.resource), EventsProblem(span)});
}

}  // namespace vedette::ingest
