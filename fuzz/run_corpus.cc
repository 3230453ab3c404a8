#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// Feeds each file named on the command line to the fuzz target, and each with its tail cut off.
int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (const size_t size : {text.size(), text.size() / 2, text.size() / 7}) {
      const std::string part = text.substr(0, size);  // its own allocation: overruns are seen
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(part.data()), part.size());
    }
  }
  std::printf("%d inputs\n", argc - 1);
  return argc > 1 ? 0 : 1;  // a target without a corpus tests nothing
}
