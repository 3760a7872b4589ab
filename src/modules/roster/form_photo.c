/* form_photo.c: what an image is, from its bytes. Nothing is decoded. */
#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "roster/form_text.h"

static int be16(const unsigned char *p)
{
    return p[0] << 8 | p[1];
}
static int64_t be32(const unsigned char *p)
{
    return (int64_t)be16(p) << 16 | be16(p + 2);
}
static int64_t le32(const unsigned char *p)
{
    return (int64_t)p[3] << 24 | p[2] << 16 | p[1] << 8 | p[0];
}

/* Walks a JPEG's segments to the frame header. */
static void jpeg_size(const unsigned char *p, size_t n, struct form_photo *out)
{
    size_t i = 2;
    while (i + 4 <= n) {
        if (p[i] != 0xFF)
            return;
        int m = p[i + 1];
        if (m == 0xFF) {
            i++;
            continue;
        }
        if (m == 0xD8 || m == 0x01 || (m >= 0xD0 && m <= 0xD7)) {
            i += 2;
            continue;
        }
        if (m == 0xD9 || m == 0xDA)
            return;
        size_t len = (size_t)be16(p + i + 2);
        bool frame = m >= 0xC0 && m <= 0xCF && m != 0xC4 && m != 0xC8 && m != 0xCC;
        if (frame) {
            if (i + 9 <= n) {
                out->height = be16(p + i + 5);
                out->width = be16(p + i + 7);
            }
            return;
        }
        if (len < 2)
            return;
        i += 2 + len;
    }
}

static int sane(int64_t v)
{
    return v > 0 && v <= 1 << 20 ? (int)v : 0;
}

bool form_photo_sniff(const void *bytes, size_t n, struct form_photo *out)
{
    const unsigned char *p = bytes;
    *out = (struct form_photo){.bytes = bytes, .n = n};
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(p, n, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out->sha256 + 2 * i, 3, "%02x", digest[i]);
    if (n >= 3 && p[0] == 0xFF && p[1] == 0xD8 && p[2] == 0xFF) {
        out->kind = "jpeg";
        jpeg_size(p, n, out);
    } else if (n >= 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0) {
        out->kind = "png";
        if (n >= 24 && memcmp(p + 12, "IHDR", 4) == 0)
            out->width = sane(be32(p + 16)), out->height = sane(be32(p + 20));
    } else if (n >= 2 && p[0] == 'B' && p[1] == 'M') {
        out->kind = "bmp";
        if (n >= 26 && le32(p + 14) >= 40) {
            int32_t h = (int32_t)(uint32_t)le32(p + 22); /* below zero: rows from the top */
            out->width = sane(le32(p + 18));
            out->height = sane(h < 0 ? -(int64_t)h : h);
        } else if (n >= 22 && le32(p + 14) == 12) {
            out->width = p[18] | p[19] << 8;
            out->height = p[20] | p[21] << 8;
        }
    } else if (n >= 6 && (memcmp(p, "GIF87a", 6) == 0 || memcmp(p, "GIF89a", 6) == 0)) {
        out->kind = "gif";
        if (n >= 10)
            out->width = p[6] | p[7] << 8, out->height = p[8] | p[9] << 8;
    }
    return out->kind != NULL && out->width > 0 && out->height > 0;
}

static int sextet(int c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool form_base64(struct arena *a, const char *text, void **out, size_t *n)
{
    const char *s = text;
    if (strncasecmp(s, "data:", 5) == 0) {
        s = strstr(s, "base64,");
        if (s == NULL)
            return false;
        s += 7;
    }
    unsigned char *p = arena_alloc(a, strlen(s) / 4 * 3 + 4);
    size_t bytes = 0;
    unsigned bits = 0;
    int have = 0, used;
    bool padded = false;
    for (; *s != '\0'; s += used) {
        int c = utf8_get(s, SIZE_MAX, &used);
        if (utf8_blank(c) || utf8_line_end(c) || utf8_hidden(c))
            continue;
        if (c == '=') {
            padded = true;
            continue;
        }
        int v = sextet(c);
        if (v < 0 || padded)
            return false;
        bits = bits << 6 | (unsigned)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            p[bytes++] = (unsigned char)(bits >> have);
        }
    }
    *out = p;
    *n = bytes;
    return bytes > 0;
}
