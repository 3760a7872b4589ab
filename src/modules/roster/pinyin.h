/* pinyin.h: first letters of the readings of Han characters, made by tools/pinyin from ICU at build time. */
#ifndef QF_ROSTER_PINYIN_H
#define QF_ROSTER_PINYIN_H

enum { ROSTER_HAN_FROM = 0x3400, ROSTER_HAN_TO = 0xA000 };

extern const char roster_pinyin_letters[ROSTER_HAN_TO - ROSTER_HAN_FROM + 1]; /* '-': no reading */

#endif
