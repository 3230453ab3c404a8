#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace vedette::base {

// A ULID: 26 characters of Crockford base32, sortable by creation time, 80 random bits of the
// operating system. Thread-safe.
std::string NewId(TimePoint now);

// The same of a thing that has to get the same identifier again: a digest in place of the random
// bits.
std::string DerivedId(TimePoint time, std::string_view thing);

// Bytes from the operating system's generator, for keys, tokens and salts. Thread-safe.
void FillSecureRandom(std::span<std::byte> out);

}  // namespace vedette::base
