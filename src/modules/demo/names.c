/* names.c: invented people, places and firms. Surnames come about as often as they do in life. */
#include <string.h>

#include "base/buf.h"
#include "demo/inner.h"

/* Surname and its share in ten thousand. */
static const struct {
    const char *name;
    int share;
} surnames[] = {
    {"王", 715}, {"李", 710}, {"张", 675}, {"刘", 530}, {"陈", 450}, {"杨", 310}, {"黄", 220}, {"赵", 215}, {"吴", 200},
    {"周", 195}, {"徐", 145}, {"孙", 143}, {"马", 130}, {"朱", 126}, {"胡", 120}, {"郭", 118}, {"何", 115}, {"林", 110},
    {"高", 103}, {"罗", 95},  {"郑", 92},  {"梁", 85},  {"谢", 80},  {"宋", 79},  {"唐", 72},  {"许", 70},  {"邓", 66},
    {"冯", 64},  {"韩", 63},  {"曹", 60},  {"曾", 58},  {"彭", 56},  {"萧", 52},  {"蔡", 51},  {"潘", 50},  {"田", 48},
    {"董", 47},  {"袁", 46},  {"于", 45},  {"余", 43},  {"叶", 42},  {"蒋", 41},  {"杜", 40},  {"苏", 39},  {"魏", 39},
    {"程", 38},  {"吕", 37},  {"丁", 36},  {"沈", 35},  {"任", 34},  {"姚", 34},  {"卢", 33},  {"傅", 32},  {"钟", 32},
    {"姜", 31},  {"崔", 30},  {"谭", 30},  {"廖", 29},  {"范", 29},  {"汪", 28},  {"陆", 28},  {"金", 27},  {"石", 26},
    {"戴", 26},  {"贾", 25},  {"韦", 24},  {"夏", 24},  {"邱", 23},  {"方", 23},  {"侯", 22},  {"邹", 22},  {"熊", 21},
    {"孟", 21},  {"秦", 20},  {"白", 20},  {"江", 19},  {"阎", 19},  {"薛", 18},  {"尹", 18},  {"段", 17},  {"雷", 17},
    {"黎", 16},  {"史", 16},  {"龙", 15},  {"贺", 15},  {"陶", 14},  {"顾", 14},  {"毛", 13},  {"郝", 13},  {"龚", 12},
    {"邵", 12},  {"万", 11},  {"钱", 11},  {"严", 10},  {"覃", 10},  {"武", 9},   {"戚", 8},   {"莫", 8},   {"孔", 8},
    {"向", 7},   {"常", 7},   {"温", 6},   {"康", 6},   {"施", 6},   {"文", 5},   {"牛", 5},   {"樊", 5},   {"葛", 5},
    {"邢", 5},   {"安", 5},   {"齐", 4},   {"易", 4},   {"乔", 4},   {"伍", 4},   {"庞", 4},   {"颜", 3},   {"倪", 3},
    {"庄", 3},   {"聂", 3},   {"章", 3},   {"鲁", 3},   {"岳", 3},   {"翟", 3},   {"殷", 2},   {"申", 2},   {"欧阳", 2},
    {"单", 1},   {"仇", 1},   {"解", 1},   {"区", 1},   {"朴", 1},   {"上官", 1}, {"诸葛", 1}, {"司徒", 1}};

static const char male_given[] = "伟刚勇毅俊峰强军平保东文辉力明永健世广志义兴良海山仁波宁贵福生龙元全国胜学祥才发武新"
                                 "利清飞彬富顺信子杰涛昌成康星光天达安岩"
                                 "中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆磊民友裕河哲江超浩亮政谦亨"
                                 "奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔"
                                 "旭鹏泽晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘";
static const char female_given[] = "秀娟英华慧巧美娜静淑惠珠翠雅芝玉萍红娥玲芬芳燕彩春菊兰凤洁梅琳素云莲真环雪荣爱霞香"
                                   "月莺媛艳瑞凡佳嘉琼勤珍贞莉桂叶璧璐娅琦晶"
                                   "妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园"
                                   "艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣育滢馥筠柔"
                                   "竹凝晓欢霄枫芸菲伊亚宜可舒影荔枝思丽";

static const char *const uyghur_first_m[] = {"阿力木", "吐尔逊", "买买提",     "艾尼瓦尔",
                                             "库尔班", "艾力",   "努尔买买提", "亚森"};
static const char *const uyghur_first_f[] = {"阿依古丽", "古丽娜尔", "帕提古丽", "热依拉",
                                             "阿孜古丽", "米日古丽", "再努尔",   "迪丽努尔"};
static const char *const uyghur_last[] = {"阿不都拉", "吐尔地", "依明",   "卡德尔",
                                          "热合曼",   "托乎提", "玉素甫", "斯拉木"};
static const char *const tibetan_1[] = {"扎西", "次仁", "多吉", "洛桑", "格桑", "平措", "旦增", "索朗"};
static const char *const tibetan_2[] = {"顿珠", "旺堆", "罗布", "曲珍", "卓玛", "拉姆", "达瓦", "央金"};

/* Places that do not exist, in the form's short style. */
static const char *const natives[] = {"虚岭无定", "虚岭示例", "虚岭乌有", "虚岭子虚", "虚岭云何", "虚岭渺川",
                                      "虚岭遐原", "虚岭幻溪", "虚岭冥泽", "虚岭蜃州", "虚岭缥山", "虚岭忘川",
                                      "虚岭亡是", "虚岭何有", "虚岭阙名", "虚岭佚乡", "虚岭某城", "虚岭似水"};

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))
#define PICK(r, a) ((a)[rng_below((r), COUNT(a))])

static const char *surname(struct rng *r)
{
    static int total;
    if (total == 0)
        for (int i = 0; i < COUNT(surnames); i++)
            total += surnames[i].share;
    int at = rng_below(r, total);
    int i = 0;
    while (at >= surnames[i].share)
        at -= surnames[i++].share;
    return surnames[i].name;
}

static void given(struct buf *b, struct rng *r, bool male)
{
    const char *from = male ? male_given : female_given;
    int n = (int)(male ? sizeof male_given : sizeof female_given) / 3;
    int first = rng_below(r, n);
    buf_add(b, from + 3 * first, 3);
    if (!rng_chance(r, 800))
        return;
    int second = rng_below(r, n - 1);
    buf_add(b, from + 3 * (second >= first ? second + 1 : second), 3);
}

const char *demo_name(struct arena *a, struct rng *r, bool male, int ethnicity)
{
    struct buf b = BUF(a);
    if (ethnicity == 5) {
        buf_puts(&b, male ? PICK(r, uyghur_first_m) : PICK(r, uyghur_first_f));
        buf_puts(&b, "·");
        buf_puts(&b, PICK(r, uyghur_last));
    } else if (ethnicity == 4) {
        buf_puts(&b, PICK(r, tibetan_1));
        buf_puts(&b, tibetan_2[male ? rng_below(r, 3) : rng_range(r, 3, 7)]);
    } else {
        buf_puts(&b, surname(r));
        given(&b, r, male);
    }
    return buf_str(&b);
}

const char *demo_child_name(struct arena *a, struct rng *r, bool male, const char *father)
{
    if (strstr(father, "·") != NULL)
        return demo_name(a, r, male, 5);
    struct buf b = BUF(a);
    static const char *const two[] = {"欧阳", "上官", "诸葛", "司徒"};
    size_t n = 3;
    for (int i = 0; i < COUNT(two); i++)
        if (strncmp(father, two[i], 6) == 0)
            n = 6;
    buf_add(&b, father, n);
    given(&b, r, male);
    return buf_str(&b);
}

int demo_ethnicity(struct rng *r)
{
    static const struct {
        int code, share;
    } some[] = {{3, 20}, {11, 14}, {2, 10}, {8, 9}, {15, 7}, {5, 6}, {6, 6}, {4, 5}, {7, 4}, {14, 3}};
    int at = rng_below(r, 1000);
    for (int i = 0; i < COUNT(some); i++) {
        if (at < some[i].share)
            return some[i].code;
        at -= some[i].share;
    }
    return 1;
}

const char *demo_native(struct rng *r)
{
    return rng_chance(r, 550) ? natives[rng_below(r, 3)] : PICK(r, natives);
}

const char *demo_native_not(struct rng *r, const char *district)
{
    int i = rng_below(r, COUNT(natives));
    const char *name = natives[i] + strlen("虚岭");
    return strncmp(name, district, strlen(name)) == 0 ? natives[(i + 1) % COUNT(natives)] : natives[i];
}

const char *demo_firm(struct arena *a, struct rng *r)
{
    static const char *const first[] = {"云何", "乌有", "子虚", "亡是", "遐迩", "渺然", "拟山", "若水", "似园", "借光"};
    static const char *const second[] = {"建设工程", "园林绿化", "商贸",     "信息技术",
                                         "餐饮管理", "物业服务", "农业开发", "文化传媒"};
    const char *f = PICK(r, first);
    return arena_printf(a, "虚岭%s%s有限公司", f, PICK(r, second));
}

void demo_place(struct arena *a, int index, const char **district, const char **city, const char **code)
{
    static const char *const first[] = {"虚", "无", "乌", "渺", "幻", "蜃", "冥", "遐",
                                        "杳", "缥", "幽", "邈", "梦", "影", "阙", "佚"};
    static const char *const second[] = {"岭", "定", "有", "山", "川", "泽", "原", "溪",
                                         "洲", "陂", "浦", "泉", "湾", "丘", "屿", "隰"};
    if (index == 0) {
        *district = "示例区";
        *city = "无定市";
        *code = "990103";
        return;
    }
    int town = index / 10; /* ten districts a city */
    *city =
        town == 0 ? "无定市" : arena_printf(a, "%s%s市", first[(town * 7 + 3) % 16], second[(town + town / 16) % 16]);
    *district = arena_printf(a, "%s%s%s", first[index % 16], second[(index / 16 + index * 5) % 16],
                             index % 3 == 0 ? "区" : "县");
    if (index >= 256)
        *district = arena_printf(a, "%s%s%s", first[index % 16], first[index / 256 % 16], *district);
    *code = arena_printf(a, "999%03d", index % 1000);
}
