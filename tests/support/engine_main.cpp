// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

/// FAIRLEAD_TEST_NEEDS lists the variables that say which engines to use.
int main(int argc, char** argv) {
    constexpr int skipped = 77;
    const char* needs = std::getenv("FAIRLEAD_TEST_NEEDS");
    std::istringstream names(needs == nullptr ? "DOCKER_HOST" : needs);
    for (std::string name; names >> name;) {
        if (std::getenv(name.c_str()) == nullptr) {
            std::printf("skipped: %s does not say which engine to use; scripts/run-tests starts private "
                        "ones\n",
                        name.c_str());
            return skipped;
        }
    }
    return doctest::Context(argc, argv).run();
}
