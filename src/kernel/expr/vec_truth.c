/* vec_truth.c: block operations on truths: constants, and or not, has() and known(). */
#include "expr/vec.h"

#include "expr/expr.h"

VEC_LOOP(fill8, uint8_t, uint8_t, uint8_t, k0)
VEC_LOOP(fill32, int32_t, int32_t, int32_t, k0)
VEC_LOOP(from_bool, uint8_t, int8_t, int8_t, a[i] == 1 ? PC_TRUE : a[i] == EXPR_BOOL_UNKNOWN)
VEC_LOOP(truth_and, uint8_t, uint8_t, uint8_t, a[i] & b[i])
VEC_LOOP(truth_or, uint8_t, uint8_t, uint8_t, a[i] | b[i])
/* certain and possible change places, each turned over */
VEC_LOOP(truth_not, uint8_t, uint8_t, uint8_t, (((a[i] & 1) << 1) | (a[i] >> 1)) ^ 3)
VEC_LOOP(truth_same, uint8_t, uint8_t, uint8_t,
         ((a[i] == PC_UNKNOWN) | (b[i] == PC_UNKNOWN)) ? PC_UNKNOWN
         : a[i] == b[i]                                ? PC_TRUE
                                                       : PC_FALSE)
VEC_LOOP(has_pc, uint8_t, uint8_t, uint8_t, a[i] == PC_UNKNOWN ? k2 : k0)
VEC_LOOP(has8, uint8_t, int8_t, int8_t, a[i] == EXPR_BOOL_UNKNOWN ? k2 : a[i] == EXPR_BOOL_NONE ? k1 : k0)
VEC_LOOP(has16, uint8_t, int16_t, int16_t, a[i] == EXPR_CODE_UNKNOWN ? k2 : a[i] == EXPR_CODE_NONE ? k1 : k0)
VEC_LOOP(has32, uint8_t, int32_t, int32_t, a[i] == k3 ? k2 : a[i] == k4 ? k1 : k0)
VEC_LOOP(has64, uint8_t, int64_t, int64_t, a[i] == EXPR_REF_UNKNOWN ? k2 : a[i] == EXPR_REF_NONE ? k1 : k0)

VEC_CLONES void vec_tri(int n, const uint8_t *restrict pc, uint8_t *restrict out)
{
    for (int i = 0; i < n; i++)
        out[i] = (uint8_t)(pc[i] == PC_UNKNOWN ? 2 : pc[i] >> 1);
}

vec_fn *const vec_truth_fns[VEC_OPS] = {
    [VEC_FILL8] = fill8, [VEC_FILL32] = fill32, [VEC_BOOL] = from_bool,  [VEC_AND] = truth_and,
    [VEC_OR] = truth_or, [VEC_NOT] = truth_not, [VEC_SAME] = truth_same, [VEC_HAS_PC] = has_pc,
    [VEC_HAS8] = has8,   [VEC_HAS16] = has16,   [VEC_HAS32] = has32,     [VEC_HAS64] = has64,
};
