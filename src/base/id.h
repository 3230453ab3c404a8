#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/clock.h"

namespace vedette::base {

// A ULID: 26 characters of Crockford base32, sortable by creation time, 80 random bits of the
// operating system. Thread-safe.
std::string NewId(TimePoint now);

// Bytes from the operating system's generator, for keys, tokens and salts. Thread-safe.
void FillSecureRandom(std::span<std::byte> out);

}  // namespace vedette::base
