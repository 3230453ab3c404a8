#pragma once

namespace vedette::detect::baseline {

// What a surprise is worth: how often a series without events passes it. Measured on eight kinds of
// chance at one minute, five minutes and an hour, and outside of the labelled events of three
// public sets, which agree within a third from 12 nats to 20 (docs/decisions/0017-noise-budget.md).
// Beyond 40 nats the last line is drawn on. Inverse functions of each other.

// Times a day that a series passes so many nats by chance.
double FalseAlarmsPerDay(double nats);
// The surprise that is passed so often. REQUIRES: per_day > 0.
double NatsFor(double per_day);

// The same of a deviation that hurts (severity.h) and gathers so many nats in a minute: the public
// series taken for latencies, 6,700 days outside of labels.
double FalsePagesPerDay(double nats);
double NatsToPage(double per_day);

}  // namespace vedette::detect::baseline
