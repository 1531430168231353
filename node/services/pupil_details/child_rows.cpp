#include "node/services/pupil_details/rows.hpp"

#include <array>

namespace staffroom::pupil_details {
namespace {

using enum Language;

constexpr std::array child_patterns{
    // Group 0 the count.
    PatternRow{
        "small-group",
        any,
        R"((?:^|[ ("'\[|>])({FEW}) (?:(?i:of) (?:(?i:our|the|my|these|those|ein) )?(?:)"
        R"((?:{FEW}) )?)?((?:[{LETTER}{DIGIT}-]+ ){0,3}?){CHILDREN}(?:[ ,)"
        R"((]+[{LETTER}{DIGIT}'-]+){0,7}?[ ,(]+{TRAIT})",
        is_few},
    PatternRow{
        "small-group",
        any,
        R"((?:^|[ ("'\[|>])({FEW}) (?:(?i:of) (?:(?i:our|the|my|these|those) )?(?:)"
        R"((?:{FEW}) )?)?(?:[{LETTER}-]+ ){0,2}?{TRAIT} (?:[{LETTER}-]+ ){0,1}?{CHILDREN})",
        is_few},
    PatternRow{
        "small-group",
        english,
        R"((?:^|[ ("'\[|>])({FEW}) (?:(?i:of) (?:(?i:our|the|my) )?)?(?:[{LETTER}-]+ ))"
        R"({0,2}?(?i:refugees|asylum seekers?|young carers?|travellers)"
        R"(|EHCPs?|EHC plans?|muslims|sikhs|jews|wheelchair users?|autistics?|diabetics?|)"
        R"(epileptics?)\b)",
        is_few},
    PatternRow{
        "small-group",
        english,
        R"(\b(?i:the|our|my|their) (?i:only|single|sole|one) )"
        R"((?:[{LETTER}{DIGIT}-]+ ){0,3}?(?:{CHILD}(?:[ ,(]+[{LETTER}{DIGIT}'-]+){0,7}?[ )"
        R"(,(]+{TRAIT}|{TRAIT} (?:[{LETTER}-]+ )?(?:{CHILD}|(?i:speaker|user|family))))",
        is_one_child},
    PatternRow{
        "small-group",
        english,
        R"(\b(?i:the|our) only (?:[{LETTER}-]+ ){0,2}?{CHILD} (?i:in|from|of) )"
        R"((?:{CLASSES}|the (?:class|school|year|group|village)))",
        is_one_child},
    PatternRow{
        "small-group",
        welsh,
        R"(\b(?i:yr unig|ein hunig) (?:[{LETTER}-]+ ){0,3}?(?:{CHILD}(?:[ ,)"
        R"((]+[{LETTER}{DIGIT}'-]+){0,7}?[ ,(]+{TRAIT}|{TRAIT}))"},
    PatternRow{"small-group", any, R"({TRAIT}[^.!?;]{0,30}\((?i:n) ?= ?[1-5]\))"},
    PatternRow{
        "small-group",
        any,
        R"({TRAIT}(?: (?i:pupils|children|learners|students))?(?:,|:| -| \||=| =) ?[1-5])"
        R"((?: (?:pupils?|children)|$|[,;|)]))"},

    PatternRow{
        "one-child",
        any,
        R"((?:{CLASSES}) (?:[{LETTER}-]+ )?{CHILD}(?:[ ,(]+[{LETTER}{DIGIT}'-]+){0,9}?[ ,)"
        R"((]+{TRAIT})",
        is_one_child},
    PatternRow{
        "one-child",
        any,
        R"({TRAIT}(?:[ ,:(-]+[{LETTER}{DIGIT}'-]+){0,4}?[ ,:(-]+(?:{CLASSES}) )"
        R"((?:[{LETTER}-]+ )?{CHILD})",
        is_one_child},
    PatternRow{
        "one-child",
        any,
        R"({CHILD} (?:(?i:in|from|of|yn|ym|o) )?(?:my |our )?(?:{CLASSES})(?:[ ,)"
        R"((]+[{LETTER}{DIGIT}'-]+){0,7}?[ ,(]+{TRAIT})",
        is_one_child},
    PatternRow{
        "one-child",
        any,
        R"({TRAIT} (?:[{LETTER}-]+ )?{CHILD} (?i:in|from|of|yn|ym|o) (?:my )"
        R"(|our )?(?:{CLASSES}))",
        is_one_child},
    PatternRow{
        "one-child",
        english,
        R"(\b(?i:an?|one|our|my|this|the) (?:[{LETTER}-]+ ){0,2}?{AGE}[- ]years?[- ]old)"
        R"((?: (?:[{LETTER}-]+ )?{CHILD})?,? (?:(?i:with|who|whose|has|had|from|on)"
        R"(|living|diagnosed|in care|refugee)\b|(?:[{LETTER}-]+ ){0,3}{TRAIT}))"},
    PatternRow{"one-child", english, R"({TRAIT} {AGE}[- ]years?[- ]old)"},
    PatternRow{
        "one-child",
        welsh,
        R"({CHILD} (?:(?i:{AGE}|tair|pedair|pump|chwech|chwe|saith|wyth|naw|deg)"
        R"(|un ar ddeg|deuddeg)) (?:(?i:mlwydd|blwydd|flwydd) )?(?i:oed),? (?i:â|ag|a)"
        R"(|gyda|gydag|sydd|sy'n|o|y mae|mae|yn))"},
    PatternRow{
        "one-child",
        english,
        R"({CHILD}(?: (?i:in|from) [{LETTER}{DIGIT} ]{1,20})? (?i:whose) (?:(?i:older)"
        R"(|younger|own|birth|step) )?{FAMILY}[^.!?;]{0,50}\b(?i:prison|jail|died|dead)"
        R"(|death|killed|drugs?|drink\w*|alcohol\w*|addict\w*|abus\w+|violen\w+)"
        R"(|divorc\w+|separat\w+|split|left|refugees?|asylum|terminal\w*|ill|illness)"
        R"(|cancer|mental|sectioned|unemployed|homeless\w*|deport\w+|army|police)"
        R"(|arrest\w*|crim\w+|offen\w+|convict\w+|disab\w+|evicted|sick|bereave\w*|trial)"
        R"(|court|tag)\b)"},
    PatternRow{
        "one-child",
        english,
        R"((?:\b(?i:his|her)|{CHILD}'s) (?:(?i:older|younger|own|birth|step) )?{FAMILY})"
        R"((?: (?i:is|was|has|have|had|being|been|are|were|recently|just|getting))* (?:)"
        R"((?i:a|an|in|the) )*(?i:army|navy|prison|jail|divorced|divorcing|separated)"
        R"(|separating|split up|refugees?|died|passed away|killed|addict|drug|drink)"
        R"(|addicted|alcoholic|abus\w+|arrested|convicted|sectioned|deported|homeless)"
        R"(|evicted|terminally ill|serving|sentenced)\b)"},
    PatternRow{
        "one-child",
        welsh,
        R"({CHILD} (?i:y mae|sydd â'i|y mae ei|mae ei|â'i|sydd â) )"
        R"((?:[{LETTER}]+ )?(?i:mam|fam|dad|tad|thad|rhieni|brawd|frawd|chwaer|theulu)"
        R"(|deulu)[^.!?;]{0,40}\b(?i:carchar|ngharchar|marw|farw|ysgaru|cyffuriau)"
        R"(|alcohol|trais|yfed|ffoadur\w*|sâl|ganser|canser)\b)"},
    PatternRow{
        "one-child",
        english,
        R"(\b(?i:he|she) (?i:has|had|is|was|suffers|lives|receives|takes|gets|needs)(?: )"
        R"((?i:a|an|the|been|on|of|from|with|diagnosed|diagnosis|severe|mild|recently)"
        R"(|also|very|now|in|just|under|for|getting|receiving|medication|type)"
        R"(|[12]))*[ -]?{TRAIT})"},

    PatternRow{
        "one-child",
        english,
        R"({CHILD} (?i:in|from|of) (?:my|our|the|this) (?:class|group|set|form|year)"
        R"(|room)(?:[ ,(]+[{LETTER}{DIGIT}'-]+){0,4}?[ ,(]+{TRAIT})"},
    PatternRow{
        "one-child",
        english,
        R"({CHILD}[^.!?;]{0,30} who (?:(?:has|had|have|recently|just|sadly) )*lost )"
        R"((?:his|her|a|their|both) (?:[{LETTER}]+ )?{FAMILY})"},
    PatternRow{
        "one-child",
        english,
        R"(\b(?i:my|our|this|one|that|little) (?:[{LETTER}-]+ ){0,2}?{CHILD},? (?i:with)"
        R"(|who has|who is|who had|has|is) (?:(?i:a|an|the|severe|mild|some|on|in)"
        R"(|diagnosis of) ){0,3}{TRAIT})"},
    PatternRow{
        "one-child",
        english,
        R"(\b(?i:an?|one|the|our|my|this) (?:{CLASSES}) (?:{TRAIT}) {CHILD})",
        is_one_child},
    PatternRow{
        "one-child",
        any,
        R"({CHILD}(?:[ ,(]+[{LETTER}{DIGIT}'-]+){0,6}?[ ,(]+{TRAIT})"
        R"((?:'s)?(?:[ ,]+[{LETTER}{DIGIT}'-]+){0,2}? (?i:in|from|yn|ym) (?:my )"
        R"(|our )?(?:{CLASSES}))"},
    PatternRow{
        "one-child",
        english,
        R"(\b(?:(?i:aged?):? {AGE}|{AGE} ?-?(?i:years?|yrs?)[- ]old)\b(?:[ ,)"
        R"((-]+[{LETTER}'-]+){0,4}?[ ,(-]+{TRAIT})"},
    PatternRow{"photograph", english, R"(\b(?i:(?:class|year group) photo(?:graph)?s?)\b)"},
    PatternRow{
        "safeguarding",
        english,
        R"(\b(?i:social services|social workers?|the police) (?:(?i:was|were|is|are)"
        R"(|has been|have been|had been) )?(?i:called|involved|contacted|informed)"
        R"(|visited)[^.!?;]{0,40}\b(?:{CHILD}|(?i:him|her|his|family)\b))"},
    PatternRow{
        "safeguarding",
        english,
        R"(\b(?i:the|this|that|one|our|his|her|a) (?:[{LETTER}{DIGIT}-]+ ){0,3}?{CHILD})"
        R"((?:[ ,]+[{LETTER}-]+){0,5}? (?i:protection plan|protection register|CP plan)"
        R"(|in need plan|child protection|safeguarding (?:plan|concern|referral)"
        R"(|disclosure)|care order)\b)"},
    PatternRow{
        "safeguarding",
        english,
        R"(\b(?i:he|she|they|who|child|boy|girl|pupil|family) (?i:is|was|has been|are)"
        R"(|were|went|remains?)(?: (?i:now|placed|put|currently))* (?i:on|under)"
        R"(|subject to|known to)(?: (?i:a|an|the))* (?i:child protection|protection plan)"
        R"(|CP plan|child in need|CIN plan|care order|social services|social care)"
        R"(|at-risk register)\b)"},
    PatternRow{
        "safeguarding",
        english,
        R"(\b(?i:he|she|child|boy|girl|pupil) (?i:has |had |then )?(?i:disclosed)"
        R"(|made a disclosure|self-harms|self-harmed|was abused|is being abused)"
        R"(|was neglected|ran away from home|has bruises|had bruises)\b)"},
    PatternRow{
        "safeguarding",
        welsh,
        R"({CHILD}(?:[ ,]+[{LETTER}'-]+){0,5}? (?i:cynllun amddiffyn|gofrestr amddiffyn)"
        R"(|cofrestr amddiffyn|amddiffyn plant|gorchymyn gofal)\b)"},

    PatternRow{
        "photograph",
        any,
        R"(\b(?i:photo(?:graph)?s?|pictures?|pics?|snapshots?|selfies?|videos?|films?|foo)"
        R"(tage|recordings?|llun|luniau|lluniau|ffotos?|ffotograff\w*|fideos?)(?: )"
        R"((?i:here|below|above|taken))?(?: (?i:of|showing|shows|with|featuring|o)"
        R"(|yn dangos)|:)(?: (?i:our|the|my|some|two|three|four|five|six|a|an|all|y|yr)"
        R"(|ein|happy|smiling|\d+|mixed|whole|these|this|group|groups|pair|of|one)"
        R"(|each))* (?:{CLASSES}(?: {CHILDREN})?|(?:(?i:year \d+|\d[A-Z]) )?{CHILDREN}))",
        is_picture},
    PatternRow{
        "photograph",
        any,
        R"(!\[((?:[^\]]{0,80}[^\]{LETTER}])??)({CLASSES}|{CHILDREN})([^\]]{0,80})\])",
        is_alt_of_children},
    PatternRow{
        "photograph",
        any,
        R"(\b(?i:photo(?:graph)?s?|pictures?|selfies?|videos?|footage|llun|fideo) (?i:of)"
        R"(|showing|shows|with|featuring|o|yn dangos) {FIRST})",
        is_pupil_name},
    PatternRow{
        "photograph",
        english,
        R"(\b(?:{CHILDREN}|(?:{CLASSES})) (?i:can be seen|are seen|is seen|pictured)"
        R"(|smiling|waving|posing|pose) (?i:in|at|with|for|on|the|here|to)\b)",
        is_picture},
};

constexpr std::array file_patterns{
    PatternRow{
        "class-list",
        any,
        R"((?i:\b(?:class ?(?:list|register)|pupil ?(?:list|names|data|details))"
        R"(|register of|seating plan|sen(?:d)? register|contact (?:list|details)|(?:ehcp)"
        R"(|send?|medical|pupil premium|safeguarding) list|student list|rhestr dosbarth)"
        R"(|cofrestr)\b))"},
    PatternRow{
        "photograph",
        any,
        R"((?i:\b(?:class|pupils?|children|boys|girls|kids|disgyblion)"
        R"(|plant) ?(?:[0-9][a-z]? )?(?:photo\w*|picture|portrait|selfie|video|llun)\b)"
        R"(|\b(?:photo\w*|picture|portrait|selfie|video|llun) (?:of )?(?:our )"
        R"(|the )?(?:class|year|y|pupils?|children|boys|girls|kids|disgyblion|plant)\b))"},
    PatternRow{
        "named-pupil",
        any,
        R"((?:^|[ /])([A-Za-z][a-z]{2,})(?: [A-Za-z]\.?| [A-Za-z]+)? (?i:y(?:ear)"
        R"(|r)? ?[0-9]{1,2}|[1-9][a-h]|class|reception|report|ehcp|photo\w*|work)"
        R"(|portrait|sen|blwyddyn|dosbarth)\b)",
        is_file_of_pupil},
    PatternRow{
        "named-pupil",
        any,
        R"((?i:\b(?:y(?:ear|r)? ?[0-9]{1,2}[a-z]?|[1-9][a-h]|class|reception|photo\w*)"
        R"(|portrait|img|report|ehcp|pupil|child|blwyddyn|dosbarth)) )"
        R"(([A-Za-z][a-z]{2,})\b)",
        is_file_of_pupil},
};

} // namespace

std::span<const PatternRow> child_rows() {
    return child_patterns;
}

std::span<const PatternRow> file_name_rows() {
    return file_patterns;
}

} // namespace staffroom::pupil_details
