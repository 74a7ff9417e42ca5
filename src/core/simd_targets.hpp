// The instruction sets that the inner loops are compiled for: all of Highway's but the scalable
// ones, whose vectors cannot stand in arrays; Arm machines with SVE run the NEON code.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
