#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "model/log_record.h"

namespace vedette::api::compat::opsbuddy {

// The log record of source system S4: {timestamp, level, logger, message, service, operation?,
// data?, host?, user_id?}. It is kept as a LogRecord: logger, operation, host, user_id and data (as
// JSON) are fields. What S4 stored beside them is a function of the record and computed when it is
// read: log_id, received_at (from the id), processing_time, schema_version, hour, day_of_week,
// date, is_weekend (UTC), message_length, has_error_keywords, has_warning_keywords,
// data_field_count, data_size, numeric_metrics, service_category. Pure and thread-safe.

// kInvalidArgument with the field.
base::Result<model::LogRecord> ReadEntry(const base::Json& json);

// The level by S4's five names.
std::string_view LevelName(model::LogSeverity level);
// Any case; nothing for other names.
std::optional<model::LogSeverity> ParseLevel(std::string_view name);

// A field of the record; empty when there is none.
std::string_view FieldOf(const model::LogRecord& record, std::string_view name);
// "infrastructure", "storage", "operations", "frontend", "analytics", "database" or "other".
std::string_view CategoryOf(std::string_view service);
// When the record came in, from the time in its id.
base::TimePoint ReceivedAt(const model::LogRecord& record);
// The numbers at the top level of the data: what numeric_metrics holds.
std::vector<std::pair<std::string, double>> NumbersOf(const model::LogRecord& record);

// The whole record, derived fields too, as one JSON object.
void WriteEntry(base::JsonWriter& json, const model::LogRecord& record);

}  // namespace vedette::api::compat::opsbuddy
