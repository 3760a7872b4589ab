/* pinyin.h: first letters of the readings of Han characters and their places in the order of pinyin, made by
 * tools/pinyin from ICU at build time. */
#ifndef QF_ROSTER_PINYIN_H
#define QF_ROSTER_PINYIN_H

#include <stdint.h>

enum { ROSTER_HAN_FROM = 0x3400, ROSTER_HAN_TO = 0xA000 };

extern const char roster_pinyin_letters[ROSTER_HAN_TO - ROSTER_HAN_FROM + 1]; /* '-': no reading */
extern const uint16_t roster_pinyin_order[ROSTER_HAN_TO - ROSTER_HAN_FROM];

#endif
