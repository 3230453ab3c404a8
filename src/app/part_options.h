#pragma once

#include "api/access.h"
#include "api/intake.h"
#include "api/otlp.h"
#include "api/remote_write.h"
#include "app/config.h"
#include "auth/api_keys.h"
#include "rules/group.h"
#include "series/options.h"

namespace vedette::app {

// What the configuration means for the single parts, and the glue between two that do not know
// each other. Pure functions; what they return refers to nothing but `keys`.

api::KeyLookup LookupIn(auth::ApiKeys& keys);

series::EngineOptions SeriesOptionsFor(const Config& config);

// The parsers' limits follow those of the tenants, so that one setting decides.
api::IntakeOptions IntakeOptionsFor(const Config& config);
api::RemoteWriteOptions RemoteWriteOptionsFor(const Config& config);
api::OtlpOptions OtlpOptionsFor(const Config& config);

// `started` is the configuration of the start, which decides the address of the server.
rules::RuleContext RuleContextFor(const Config& config, const Config& started);

}  // namespace vedette::app
