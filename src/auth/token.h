#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::auth {

// API tokens: "vdt_", an id of 8 characters that may be shown, "_", and 256 random bits in base 62
// (43 characters). The whole token is the secret.
std::string NewToken();

// The id of a well-formed token; nothing for any other text. The view is of the token's bytes.
std::optional<std::string_view> TokenId(std::string_view token);

// What is stored of a token: its SHA-256 in hexadecimal. A slow hash would add nothing, because
// nobody can try 2^256 tokens.
std::string TokenHash(std::string_view token);

// Compares in a time that does not depend on where two hashes differ.
bool SameHash(std::string_view a, std::string_view b);

}  // namespace vedette::auth
