// Feeds files to a fuzz target, and each with its tail cut off: vedette_corpora TARGET FILE...

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

// Of each *_fuzz.cc, whose LLVMFuzzerTestOneInput has the name of the file here.
#define FUZZ_TARGET(name) extern "C" int name(const uint8_t* data, size_t size);
#include "fuzz_targets.inc"
#undef FUZZ_TARGET

namespace {

using Target = int (*)(const uint8_t*, size_t);

Target Find(std::string_view wanted) {
#define FUZZ_TARGET(name) \
  if (wanted == #name) return name;
#include "fuzz_targets.inc"
#undef FUZZ_TARGET
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  const Target target = Find(argc > 1 ? argv[1] : "");
  if (target == nullptr || argc < 3) {
    std::fputs("a target of fuzz/, and its inputs\n", stderr);
    return 1;  // a target without a corpus tests nothing
  }
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (const size_t size : {text.size(), text.size() / 2, text.size() / 7}) {
      const std::string part = text.substr(0, size);  // its own allocation: overruns are seen
      target(reinterpret_cast<const uint8_t*>(part.data()), part.size());
    }
  }
  std::printf("%d inputs\n", argc - 2);
  return 0;
}
