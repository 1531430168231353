#include "node/services/pupil_details/rows.hpp"

#include <array>

namespace staffroom::pupil_details {
namespace {

using enum Language;

// A number beside its own name counts whatever its check digit; one alone needs the right digit.
constexpr std::array number_patterns{
    PatternRow{"upn", any, R"(\b([A-Za-z] ?\d{3} ?\d{4} ?\d{2} ?\d{2} ?[0-9A-Za-z])\b)", is_upn},
    PatternRow{"upn", any, R"(\b([A-Za-z](?:[ -]?\d){11}[ -]?[0-9A-Za-z])\b)", is_upn},
    PatternRow{
        "upn",
        any,
        R"(\b(?:UPNs?|(?i:unique pupil (?:number|no\.?|id\w*)|rhif (?:unigryw )"
        R"((?:y )?)?disgybl(?: unigryw)?))[^{LETTER}{DIGIT}]{1,4}(?:(?i:is|are|was|yw)"
        R"(|number|no)\.?[^{LETTER}{DIGIT}]{1,3})?[A-Za-z](?:[ -]?\d){6,11}[ -]?[0-9A-Za-)"
        R"(z]\b)"},
    PatternRow{"uln", any, R"(\b(\d{10}|\d{4}[ -]\d{3}[ -]\d{3})\b)", is_uln},
    PatternRow{
        "uln",
        any,
        R"(\b(?:ULNs?|(?i:unique learner (?:number|no\.?|id\w*)|learner (?:number|no\.)"
        R"(|reference)|rhif (?:unigryw )?(?:y )?dysgwr(?: unigryw)?))[^{LETTER}{DIGIT}])"
        R"({1,4}(?:(?i:is|are|was|yw|number|no)\.?[^{LETTER}{DIGIT}]{1,3})?(?:\d[ -]?){9})"
        R"(\d\b)"},
    PatternRow{"nhs-number", any, R"(\b(\d{3}[ -]?\d{3}[ -]?\d{4})\b)", is_nhs_number},
    PatternRow{
        "nhs-number",
        any,
        R"(\b(?:NHS|GIG)(?: (?i:number|no\.?|id))?[^{LETTER}{DIGIT}]{1,4}(?:(?i:is|was)"
        R"(|yw)[^{LETTER}{DIGIT}]{1,3})?(?:\d[ -]?){9}\d\b)"},
    PatternRow{"nhs-number", welsh, R"(\b(?i:rhif) (?:GIG|NHS)[^{DIGIT}]{1,8}(?:\d[ -]?){9}\d\b)"},
    PatternRow{
        "other-number",
        any,
        R"(\b(?i:national insurance|NI|NINO)(?: (?i:number|no\.?))?[^{DIGIT}]{0,6}\b[A-Z])"
        R"({2}(?: ?\d{2}){3} ?[A-D]\b)"},
    PatternRow{"other-number", any, R"(\b[A-CEGHJ-PR-TW-Z]{2} \d{2} \d{2} \d{2} [A-D]\b)"},
    PatternRow{
        "other-number",
        any,
        R"(\b(?i:(?:candidate|admission|exam(?:ination)?|pupil|student|passport|UCI|SCN)"
        R"(|CHI|register) (?:number|no\.?|id|reference)|UCI|SCN|rhif (?:ymgeisydd)"
        R"(|derbyn))[^{LETTER}{DIGIT}]{1,4}(?:(?i:is|was|yw)[^{LETTER}{DIGIT}]{1,3})?[A-Z)"
        R"(]?(?:[0-9A-Z] ?)?\d{2}(?:[ -]?[0-9A-Z]){1,10}\b)"},

    PatternRow{
        "birth-date",
        english,
        R"((?i:\bd\.? ?o\.? ?b\b\.?|date of birth|birth date|birthdate|birth-date)"
        R"(|date born)[^{DIGIT}{LETTER}]{0,6}(?:(?i:is|was|on)"
        R"(|of)[^{LETTER}{DIGIT}]{1,3})?(?:{DATE}|\d{6}(?:\d{2})?\b))"},
    PatternRow{
        "birth-date",
        welsh,
        R"((?i:dyddiad (?:ei |eu )?geni|dyddiad genedigaeth)[^{DIGIT}]{0,12}{DATE})"},
    PatternRow{
        "birth-date",
        english,
        R"(\b(?i:born|birthday(?:'s)?|b\.)(?: (?i:is|was|on|in|the|falls|of|a|summer)"
        R"(|autumn))*[^{DIGIT}{LETTER}]{1,4}(?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?|\d{1,2})"
        R"((?:st|nd|rd|th)?(?: of)? {MONTH},? '?|{MONTH} \d{1,2}(?:st|nd|rd)"
        R"(|th)?,? '?|{MONTH},? '?)(\d{4}|\d{2})\b)",
        is_recent_year},
    PatternRow{
        "birth-date",
        english,
        R"(\b(?i:born|birthday)(?: (?i:is|was|on|in))* ((?:19|20)\d{2})-\d{2}-\d{2}\b)",
        is_recent_year},
    PatternRow{
        "birth-date",
        english,
        R"(\b(?i:born|b\.) (?:(?i:in|around) )?(?:{MONTH} )?(\d{4})\b)",
        is_recent_year},
    PatternRow{
        "birth-date",
        english,
        R"(\b(?i:his|her|'s|their|whose) (?:\d{1,2}(?:th|st|nd|rd) )?(?i:birthday) )"
        R"((?i:is|was|falls)(?: (?i:on|in))?(?: the)? (?:\d{1,2}(?:st|nd|rd)"
        R"(|th)?(?: of)? {MONTH}|{MONTH} \d|\d{1,2}[./]\d{1,2})\b)"},
    PatternRow{
        "birth-date",
        english,
        R"(\b(?i:turn(?:s|ed|ing)|will be) {AGE}(?: years old)? (?i:on|in) )"
        R"((?:the )?(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? {MONTH}|{MONTH} \d{1,2})"
        R"(|\d{1,2}[./]\d{1,2})\b)"},
    PatternRow{
        "birth-date",
        welsh,
        R"(\b(?i:ganwyd|ganed|anwyd|aned|geni|pen-?blwydd|ben-?blwydd|phen-?blwydd)(?: )"
        R"((?i:ef|hi|ar|yn|ym|y|ei|eu|yw|o|fe|[{LETTER}]+))*?[,:]? )"
        R"((?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?|\d{1,2}(?:af|il|ydd|fed|eg)"
        R"(|ain)?(?: o)? {MONTH},? ?|{MONTH},? )(\d{4}|\d{2})\b)",
        is_recent_year},
    PatternRow{
        "birth-date",
        welsh,
        R"(\b(?i:ei (?:b|ph)en-?blwydd|pen-?blwydd {FIRST})(?: (?i:ar|yw|yn))*)"
        R"((?: y)? \d{1,2}(?:af|il|ydd|fed|eg|ain)?(?: o)? {MONTH})"},

    PatternRow{
        "phone",
        any,
        R"((?:^|[^{LETTER}{DIGIT}.,/=-])(?:\+44 ?(?:\(0\) ?)?|0044 ?|\(?0)7\d)"
        R"((?:\)?[ -]?\d){8}\b)"},
    PatternRow{
        "phone",
        any,
        R"((?:^|[^{LETTER}{DIGIT}.,/=-])(?:\+44 ?(?:\(0\) ?)?|0044 ?|\(?0)[12]\d)"
        R"((?:\)?[ -]?\d){7,8}\b)",
        is_private_phone},
    PatternRow{
        "phone",
        any,
        R"(\b(?i:mum|mam|dad|mother|father|parent|carer|home|his|her|mobile|phone|tel)"
        R"((?:ephone)?|ffôn|symudol|call|text|ring|whatsapp)(?:'s)?(?: (?i:number)"
        R"(|no\.?|on|at|is|phone|mobile|home|ar|yw))*[^{LETTER}{DIGIT}]{1,4}\+?\d)"
        R"((?:[ -]?\d){8,12}\b)",
        is_private_phone},

    PatternRow{
        "email",
        any,
        R"(\b([A-Za-z0-9][A-Za-z0-9._%+'-]{0,63})@([A-Za-z0-9-]{1,63})"
        R"((?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,})\b)",
        is_private_mail},
    PatternRow{
        "email",
        any,
        R"(\b([A-Za-z0-9][A-Za-z0-9._-]{0,63}) ?[\[(] ?(?i:at) ?[\])] ?([A-Za-z0-9-])"
        R"({1,63}(?:(?:\.| ?[\[(] ?(?i:dot) ?[\])] ?)[A-Za-z0-9-]{1,63}){1,4})\b)",
        is_private_mail},

    PatternRow{
        "address",
        english,
        R"(\b\d{1,4}[A-Za-z]?,? (?:[{UPPER}][{LETTER}'-]+ ){1,3}{STREET})",
        is_home},
    PatternRow{
        "address",
        english,
        R"(\b(?i:address|lives?|living|lived|home|moved|house|resid\w+)(?: (?i:is|was|at)"
        R"(|to|on|in|with|a|the|just|now|next|door))*[: ]{1,2}(?:(?i:flat|no\.?|number)"
        R"(|house) )?\d{1,4}[A-Za-z]?,? [{UPPER}][{LETTER}'-]+)",
        is_home},
    PatternRow{
        "address",
        english,
        R"(\b(?i:he|she|they|family|mum|dad|pupil|child|boy|girl|who) (?i:lives?|lived)"
        R"(|is living|moved) (?i:on|in|at|to) (?:the )?(?:[{UPPER}][{LETTER}'-]+ ){1,3})"
        R"({STREET})"},
    PatternRow{
        "address",
        english,
        R"(\b(?i:lives?|lived|living|moved) (?i:at|to|in) (?i:number)"
        R"(|no\.?|flat) \d{1,4}[A-Za-z]?\b)"},
    PatternRow{
        "address",
        welsh,
        R"(\b\d{1,4}[A-Za-z]?,? (?:Heol|Stryd|Ffordd|Lôn|Lon|Maes|Clos|Rhodfa|Teras|Rhes)"
        R"(|Parc|Bryn|Tan|Rhiw|Cilgant|Pen|Trem)(?: (?:[{UPPER}][{LETTER}'-]*|y|yr|a))+)",
        is_home},
    PatternRow{
        "address",
        welsh,
        R"(\b(?i:cyfeiriad|byw|yn byw|symud)(?: (?i:yw|yn|i|ar|ydy|ei)"
        R"(|eu))*[: ]{1,2}\d{1,4}[A-Za-z]?,? [{UPPER}][{LETTER}'-]+)",
        is_home},
    PatternRow{
        "address",
        any,
        R"(\b(?:[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}|[A-Z]{2}\d{1,2}\d[ABD-HJLNP-UW)"
        R"(-Z]{2}|GIR 0AA)\b)",
        is_home},
    PatternRow{
        "address",
        any,
        R"(\b(?i:postcode|post code|cod post)(?: (?i:is|yw))*[: ]{1,2})"
        R"((?i:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b)"},
};

} // namespace

std::span<const PatternRow> number_rows() {
    return number_patterns;
}

} // namespace staffroom::pupil_details
