/* bodies.c: the bodies of a district and the leading posts each has, in the order a roster lists them. A smaller
 * district keeps those whose `keep` is low. */
#include "demo/inner.h"

#define PATTERN(name, ...)                                   \
    static const struct slot name##_slots[] = {__VA_ARGS__}; \
    static const struct pattern name = {name##_slots, (int)(sizeof name##_slots / sizeof *name##_slots)}

PATTERN(committee, {"书记", LEVEL_COUNTY, 1, true, SLOT_ELECTED | SLOT_COUNTY, NULL},
        {"副书记", LEVEL_DEPUTY_COUNTY, 1, false, SLOT_ELECTED, NULL});
PATTERN(congress, {"主任", LEVEL_COUNTY, 1, true, SLOT_ELECTED, NULL},
        {"副主任", LEVEL_DEPUTY_COUNTY, 4, false, SLOT_ELECTED, NULL});
PATTERN(government, {"%s长", LEVEL_COUNTY, 1, true, SLOT_ELECTED | SLOT_VICE | SLOT_COUNTY, NULL},
        {"常务副%s长", LEVEL_DEPUTY_COUNTY, 1, false, SLOT_ELECTED | SLOT_STANDING, NULL},
        {"副%s长", LEVEL_DEPUTY_COUNTY, 4, false, SLOT_ELECTED, NULL});
PATTERN(cppcc, {"主席", LEVEL_COUNTY, 1, true, SLOT_ELECTED, NULL},
        {"副主席", LEVEL_DEPUTY_COUNTY, 4, false, SLOT_ELECTED, NULL});
PATTERN(discipline,
        {"书记、监委主任", LEVEL_DEPUTY_COUNTY, 1, true, SLOT_ELECTED | SLOT_STANDING | SLOT_COUNTY, "discipline"},
        {"副书记、监委副主任", LEVEL_SECTION, 2, false, SLOT_ELECTED, "discipline"},
        {"常委、监委委员", LEVEL_DEPUTY_SECTION, 3, false, SLOT_ELECTED, "supervision"});
PATTERN(court, {"院长", LEVEL_DEPUTY_COUNTY, 1, true, SLOT_ELECTED | SLOT_COUNTY, NULL},
        {"副院长", LEVEL_SECTION, 3, false, SLOT_ELECTED, NULL});
PATTERN(procuratorate, {"检察长", LEVEL_DEPUTY_COUNTY, 1, true, SLOT_ELECTED | SLOT_COUNTY, NULL},
        {"副检察长", LEVEL_SECTION, 3, false, SLOT_ELECTED, NULL});
PATTERN(party_standing, {"%s", LEVEL_DEPUTY_COUNTY, 1, true, SLOT_ELECTED | SLOT_STANDING, NULL},
        {"常务副%s", LEVEL_SECTION, 1, false, 0, NULL}, {"副%s", LEVEL_DEPUTY_SECTION, 3, false, 0, NULL});
PATTERN(personnel_standing,
        {"%s", LEVEL_DEPUTY_COUNTY, 1, true, SLOT_ELECTED | SLOT_STANDING | SLOT_COUNTY, "organisation"},
        {"常务副%s", LEVEL_SECTION, 1, false, 0, "organisation"},
        {"副%s", LEVEL_DEPUTY_SECTION, 3, false, 0, "organisation"});
PATTERN(bureau, {"党组书记、%s", LEVEL_SECTION, 1, true, SLOT_ELECTED, NULL},
        {"党组成员、副%s", LEVEL_DEPUTY_SECTION, 3, false, 0, NULL});
PATTERN(mass, {"%s", LEVEL_SECTION, 1, true, SLOT_ELECTED, NULL},
        {"副%s", LEVEL_DEPUTY_SECTION, 2, false, SLOT_ELECTED, NULL});
PATTERN(town, {"党委书记", LEVEL_SECTION, 1, true, SLOT_ELECTED | SLOT_TOWN, NULL},
        {"党委副书记、镇长", LEVEL_SECTION, 1, true, SLOT_ELECTED | SLOT_TOWN, NULL},
        {"人大主席", LEVEL_SECTION, 1, true, SLOT_ELECTED, NULL},
        {"党委副书记", LEVEL_DEPUTY_SECTION, 1, false, SLOT_ELECTED, NULL},
        {"党委委员、纪委书记", LEVEL_DEPUTY_SECTION, 1, false, SLOT_ELECTED, "discipline"},
        {"党委委员、组织委员", LEVEL_DEPUTY_SECTION, 1, false, SLOT_ELECTED, "organisation"},
        {"党委委员、武装部部长", LEVEL_DEPUTY_SECTION, 1, false, 0, NULL},
        {"副镇长", LEVEL_DEPUTY_SECTION, 3, false, SLOT_ELECTED, NULL});
PATTERN(street, {"党工委书记", LEVEL_SECTION, 1, true, 0, NULL},
        {"党工委副书记、办事处主任", LEVEL_SECTION, 1, true, 0, NULL},
        {"人大工委主任", LEVEL_SECTION, 1, true, SLOT_ELECTED, NULL},
        {"党工委委员、纪工委书记", LEVEL_DEPUTY_SECTION, 1, false, 0, "discipline"},
        {"党工委委员、组织委员", LEVEL_DEPUTY_SECTION, 1, false, 0, "organisation"},
        {"办事处副主任", LEVEL_DEPUTY_SECTION, 3, false, 0, NULL});
PATTERN(institution, {"%s", LEVEL_DEPUTY_SECTION, 1, true, 0, NULL});
PATTERN(school, {"常务副校长", LEVEL_SECTION, 1, true, 0, NULL}, {"副校长", LEVEL_DEPUTY_SECTION, 2, false, 0, NULL});
PATTERN(firm, {"党委书记、董事长", LEVEL_SECTION, 1, true, 0, NULL},
        {"总经理", LEVEL_DEPUTY_SECTION, 1, false, 0, NULL}, {"副总经理", LEVEL_DEPUTY_SECTION, 2, false, 0, NULL});

#define PARTY "party_department"
#define GOV "government_department"
#define MASS "mass_organisation"
#define INST "institution"
#define BUREAU(full, small, head, keep, weight, sectors, former)                                 \
    {                                                                                            \
        full, small, GOV, &bureau, head, NULL, LEVEL_SECTION, keep, weight, "1", sectors, former \
    }

/* clang-format off */
const struct body demo_bodies[] = {
    {"中共%s委员会", "%s委", "local_committee", &committee, "", NULL, LEVEL_COUNTY, 0, 0, "1", NULL, NULL},
    {"%s人民代表大会常务委员会", "%s人大常委会", "peoples_congress", &congress, "", NULL, LEVEL_COUNTY, 9, 14, "1", NULL, NULL},
    {"%s人民政府", "%s政府", "local_government", &government, "", NULL, LEVEL_COUNTY, 0, 0, "1", NULL, NULL},
    {"中国人民政治协商会议%s委员会", "%s政协", "cppcc", &cppcc, "", NULL, LEVEL_COUNTY, 10, 12, "1", NULL, NULL},
    {"中共%s纪律检查委员会、%s监察委员会", "%s纪委监委", "discipline", &discipline, "", NULL, LEVEL_DEPUTY_COUNTY, 0, 45, "1", NULL, NULL},
    {"%s人民法院", "%s法院", "court", &court, "", NULL, LEVEL_DEPUTY_COUNTY, 13, 60, "B1", NULL, NULL},
    {"%s人民检察院", "%s检察院", "procuratorate", &procuratorate, "", NULL, LEVEL_DEPUTY_COUNTY, 14, 45, "B2", NULL, NULL},
    {"中共%s委办公室", "%s委办公室", PARTY, &party_standing, "主任", NULL, LEVEL_SECTION, 16, 25, "1", NULL, NULL},
    {"中共%s委组织部", "%s委组织部", PARTY, &personnel_standing, "部长", NULL, LEVEL_SECTION, 0, 30, "1", NULL, NULL},
    {"中共%s委宣传部", "%s委宣传部", PARTY, &party_standing, "部长", NULL, LEVEL_SECTION, 15, 22, "1", NULL, NULL},
    {"中共%s委统一战线工作部", "%s委统战部", PARTY, &party_standing, "部长", NULL, LEVEL_SECTION, 25, 16, "1", NULL, NULL},
    {"中共%s委政法委员会", "%s委政法委", PARTY, &party_standing, "书记", NULL, LEVEL_SECTION, 24, 18, "1", NULL, NULL},
    {"%s人民政府办公室", "%s政府办公室", GOV, &bureau, "主任", NULL, LEVEL_SECTION, 11, 30, "1", NULL, NULL},
    BUREAU("%s发展和改革局", "%s发改局", "局长", 12, 34, "energy", "%s发展改革和物价局"),
    BUREAU("%s教育局", "%s教育局", "局长", 0, 46, "education", NULL),
    BUREAU("%s科学技术局", "%s科技局", "局长", 33, 14, "information", NULL),
    BUREAU("%s工业和信息化局", "%s工信局", "局长", 34, 20, "information", "%s经济和信息化局"),
    BUREAU("%s公安局", "%s公安局", "局长", 0, 420, NULL, NULL),
    BUREAU("%s民政局", "%s民政局", "局长", 17, 24, NULL, NULL),
    BUREAU("%s司法局", "%s司法局", "局长", 18, 42, "legal", NULL),
    BUREAU("%s财政局", "%s财政局", "局长", 0, 44, "finance", NULL),
    BUREAU("%s人力资源和社会保障局", "%s人社局", "局长", 0, 52, NULL, "%s人事局"),
    BUREAU("%s自然资源局", "%s自然资源局", "局长", 19, 60, "energy real_estate", "%s国土资源局"),
    BUREAU("%s生态环境局", "%s生态环境局", "局长", 35, 40, "environment", "%s环境保护局"),
    BUREAU("%s住房和城乡建设局", "%s住建局", "局长", 0, 56, "real_estate construction", "%s建设局"),
    BUREAU("%s交通运输局", "%s交通局", "局长", 20, 48, "transport", "%s交通局"),
    BUREAU("%s水利局", "%s水利局", "局长", 36, 36, "construction", "%s水务局"),
    BUREAU("%s农业农村局", "%s农业农村局", "局长", 0, 58, "agriculture", "%s农业局"),
    BUREAU("%s商务局", "%s商务局", "局长", 37, 18, "trade", NULL),
    BUREAU("%s文化和旅游局", "%s文旅局", "局长", 38, 26, "culture", "%s文化广电新闻出版局"),
    BUREAU("%s卫生健康委员会", "%s卫健委", "主任", 0, 50, "medicine", "%s卫生和计划生育局"),
    BUREAU("%s退役军人事务局", "%s退役军人局", "局长", 39, 20, NULL, NULL),
    BUREAU("%s应急管理局", "%s应急局", "局长", 21, 34, NULL, "%s安全生产监督管理局"),
    BUREAU("%s审计局", "%s审计局", "局长", 58, 24, NULL, NULL),
    BUREAU("%s市场监督管理局", "%s市监局", "局长", 23, 150, "food medicine trade", "%s工商行政管理局"),
    BUREAU("%s统计局", "%s统计局", "局长", 40, 18, NULL, NULL),
    BUREAU("%s医疗保障局", "%s医保局", "局长", 41, 20, "medicine", NULL),
    BUREAU("%s信访局", "%s信访局", "局长", 42, 14, NULL, NULL),
    BUREAU("%s城市管理局", "%s城管局", "局长", 26, 110, "construction", "%s市容管理局"),
    BUREAU("%s行政审批局", "%s审批局", "局长", 43, 30, NULL, NULL),
    {"%s总工会", "%s总工会", MASS, &mass, "主席", NULL, LEVEL_SECTION, 27, 12, "5", NULL, NULL},
    {"共青团%s委员会", "团%s委", MASS, &mass, "书记", NULL, LEVEL_SECTION, 28, 8, "5", NULL, NULL},
    {"%s妇女联合会", "%s妇联", MASS, &mass, "主席", NULL, LEVEL_SECTION, 29, 9, "5", NULL, NULL},
    {"%s科学技术协会", "%s科协", MASS, &mass, "主席", NULL, LEVEL_SECTION, 44, 7, "5", NULL, NULL},
    {"%s工商业联合会", "%s工商联", MASS, &mass, "主席", NULL, LEVEL_SECTION, 45, 6, "5", NULL, NULL},
    {"%s残疾人联合会", "%s残联", MASS, &mass, "理事长", NULL, LEVEL_SECTION, 46, 8, "5", NULL, NULL},
    {"%s云台镇", "云台镇", "township", &town, "", NULL, LEVEL_SECTION, 0, 84, "1", NULL, "%s云台乡"},
    {"%s松溪镇", "松溪镇", "township", &town, "", NULL, LEVEL_SECTION, 30, 78, "1", NULL, NULL},
    {"%s石梁镇", "石梁镇", "township", &town, "", NULL, LEVEL_SECTION, 47, 72, "1", NULL, NULL},
    {"%s白渡镇", "白渡镇", "township", &town, "", NULL, LEVEL_SECTION, 48, 70, "1", NULL, "%s白渡乡"},
    {"%s南坪镇", "南坪镇", "township", &town, "", NULL, LEVEL_SECTION, 49, 66, "1", NULL, NULL},
    {"%s青柳镇", "青柳镇", "township", &town, "", NULL, LEVEL_SECTION, 50, 62, "1", NULL, NULL},
    {"%s城南街道", "城南街道", "subdistrict", &street, "", NULL, LEVEL_SECTION, 31, 80, "1", NULL, NULL},
    {"%s城北街道", "城北街道", "subdistrict", &street, "", NULL, LEVEL_SECTION, 32, 76, "1", NULL, NULL},
    {"%s河西街道", "河西街道", "subdistrict", &street, "", NULL, LEVEL_SECTION, 51, 70, "1", NULL, NULL},
    {"%s桥头街道", "桥头街道", "subdistrict", &street, "", NULL, LEVEL_SECTION, 52, 64, "1", NULL, NULL},
    {"中共%s委党校", "%s委党校", INST, &school, "", NULL, LEVEL_SECTION, 53, 20, "6", NULL, NULL},
    {"%s招生考试院", "%s考试院", INST, &institution, "院长", "%s教育局", LEVEL_DEPUTY_SECTION, 0, 16, "7", NULL, NULL},
    {"%s就业服务中心", "%s就业中心", INST, &institution, "主任", "%s人社局", LEVEL_DEPUTY_SECTION, 0, 18, "7", NULL, NULL},
    {"%s房屋征收服务中心", "%s征收中心", INST, &institution, "主任", "%s住建局", LEVEL_DEPUTY_SECTION, 54, 22, "7", NULL, NULL},
    {"%s农业技术推广中心", "%s农技中心", INST, &institution, "主任", "%s农业农村局", LEVEL_DEPUTY_SECTION, 0, 30, "8", NULL, NULL},
    {"%s疾病预防控制中心", "%s疾控中心", INST, &institution, "主任", "%s卫健委", LEVEL_DEPUTY_SECTION, 55, 44, "8", NULL, NULL},
    {"%s财政投资评审中心", "%s评审中心", INST, &institution, "主任", "%s财政局", LEVEL_DEPUTY_SECTION, 56, 12, "7", NULL, NULL},
    {"%s机关事务服务中心", "%s机关事务中心", INST, &institution, "主任", NULL, LEVEL_DEPUTY_SECTION, 57, 24, "A1", NULL, NULL},
    {"%s城市建设投资集团有限公司", "%s城投集团", "state_firm", &firm, "", NULL, LEVEL_SECTION, 22, 40, "A4", NULL, NULL},
};
/* clang-format on */
const int demo_n_bodies = (int)(sizeof demo_bodies / sizeof *demo_bodies);

const char *demo_level(enum level l)
{
    static const char *const codes[LEVELS] = {NULL, "1A50", "1A42", "1A41", "1A32", "1A31"};
    return codes[l];
}
