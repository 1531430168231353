#include "node/services/pupil_details/rows.hpp"

#include <array>

namespace staffroom::pupil_details {
namespace {

using enum Language;

constexpr std::array name_patterns{
    // Group 0 the name, group 1 the class.
    PatternRow{
        "name-with-class",
        any,
        R"({START}{FIRST}{REST}(?:,? (?i:who )?(?i:is|was|sits|joined|sydd|sy'n|oedd)"
        R"(|started|moved|now|and|a|pupil|child|student|boy|girl|one|both))*(?:,? (?i:in)"
        R"(|from|of|into|to|yn|ym|yng|o|out of|at|yn y|o'r)|,|:| -| ?/| ?\|| ?\(| ?\[|;))"
        R"((?: ?(?i:in|from|my|our|the|a|mixed|class|form|year group|set [1-9],)"
        R"(|group [1-9],|table [1-9],):?)* ?{CLASS})",
        is_class_mate},
    PatternRow{
        "name-with-class",
        any,
        R"({START}{FIRST}{REST} {CLASS}(?:$|[ ,.;:)|]))",
        is_known_class_mate},
    PatternRow{
        "name-with-class",
        any,
        R"({START}{FIRST}{REST},? (?:(?i:who) )?(?i:joined|left|entered|started|came to)"
        R"(|moved|ymunodd)(?: (?i:in|to|into|from|â))? {CLASS})",
        is_class_mate},
    PatternRow{
        "name-with-class",
        any,
        R"({START}{FIRST}{REST},? (?i:in|from|of|yn|o) [1-9] ?-?[{UPPER}][{LOWER}]{2,}\b)",
        is_pupil_name},
    PatternRow{
        "name-with-class",
        any,
        R"({START}(?:{CLASSES})(?:'s)? {CHILD},? \(?(?:(?i:called|named) )?{FIRST})",
        is_likely_name},
    // Below: group 0 the name.
    PatternRow{
        "name-with-class",
        english,
        R"({START}{FIRST}{REST},? (?:[{LOWER}]+ ){1,5}(?i:in|from|of) {CLASS})",
        is_pupil_name},
    PatternRow{
        "name-with-class",
        any,
        R"({START}(?:{CLASSES})(?:'s|:|,| -| \|| \()? (?:{CHILD},? |(?i:called)"
        R"(|named) )?{FIRST})",
        is_pupil_name},
    PatternRow{
        "name-with-age",
        english,
        R"({START}{FIRST}{REST} ?[(\[](?i:aged? |age: ?|now )?{AGE}(?i: ?years? old)"
        R"(| ?yrs?| ?y/?o)?[)\],])",
        is_pupil_name},
    PatternRow{
        "name-with-age",
        english,
        R"({START}{FIRST}{REST},? (?:(?i:who|is|was|a pupil|now|just) )*)"
        R"((?i:aged?) {AGE}\b)",
        is_likely_name},
    PatternRow{
        "name-with-age",
        english,
        R"({START}{FIRST}{REST},? (?:(?i:who) )?(?i:is|was|turned|turns|has turned)"
        R"(|has just turned|is only|is just|will be) {AGE}(?i: years?[- ]old|[.,;]|$)"
        R"(| and))",
        is_likely_name},
    PatternRow{"name-with-age", english, R"({START}{FIRST}{REST}, {AGE}(?:,|$))", is_pupil_name},
    PatternRow{
        "name-with-age",
        english,
        R"(\b{AGE}[- ]years?[- ]olds?,? (?:{CHILD},? )?(?:(?i:called|named) )?{FIRST})",
        is_likely_name},
    PatternRow{
        "name-with-age",
        welsh,
        R"({START}{FIRST}{REST}[ ,(]{1,2}(?:(?i:sy'n|sydd|yn|mae hi'n|mae'n|sydd yn) )*)"
        R"((?i:{AGE}|tair|pedair|pump|chwech|chwe|saith|wyth|naw|deg|un ar ddeg|deuddeg))"
        R"((?: (?i:mlwydd|blwydd|flwydd))? (?i:oed)\b)",
        is_pupil_name},

    PatternRow{
        "named-pupil",
        any,
        R"({CHILDREN}(?:,? (?i:in|from|with|of|yn|ym|o|at) [^.,;!?]{1,30})?,? (?:(?i:who)"
        R"(|is|was|were|are|sydd|we shall|will be|here|first) )*(?i:called|named)"
        R"(|known as|o'r enw|whose names? (?:is|are|was)|by the name of) {FIRST})",
        is_called},
    PatternRow{
        "named-pupil",
        any,
        R"(\b(?i:pupil|child|student|boy|girl|learner|disgybl|plentyn) (?:[A-Z])"
        R"(|[1-9][0-9]?)\b,? ?(?:\(|- |is |was |= ?|: ?|, |yw )(?:(?i:called|named)"
        R"(|really|real name|not his real name|i\.e\.|sef|o'r enw)[ :,]{1,2}){0,2}{FIRST})"
        R"((?:[ ),.;]|$))",
        is_called},
    PatternRow{
        "named-pupil",
        any,
        R"({START}{FIRST}{REST} ?\((?i:case |target |focus )?(?i:pupil|child|student)"
        R"(|learner|disgybl|plentyn) [A-Z0-9]\))",
        is_called},
    PatternRow{
        "named-pupil",
        any,
        R"((?:{CHILD}|\b(?i:son|daughter|mab|sibling|twins?|classmates?|(?:his|her|best)"
        R"(|their) friends?|one of (?:the|our|my|these) {CHILDREN})),? \(?{FIRST}{REST})",
        is_pupil_name},
    PatternRow{
        "named-pupil",
        any,
        R"({START}{FIRST}{REST},? (?:\(|(?i:who )?(?i:is |was )?)(?:(?i:a|an|our|my)"
        R"(|another|the) (?:[{LETTER}{DIGIT}-]+ ){0,3}{CHILD}|(?i:one of (?:our|the)"
        R"(|my)) (?:[{LETTER}{DIGIT}-]+ ){0,3}{CHILDREN}))",
        is_pupil_name},
    PatternRow{
        "named-pupil", any, R"({START}{FIRST} [{UPPER}]\.(?:,| [{LOWER}]+|$| ?\())", is_pupil_name},
    PatternRow{
        "named-pupil",
        english,
        R"(\b(?i:pupils?|child(?:ren)?|students?|learners?|girls?|boys?|first|full))"
        R"((?:'s?)? ?(?i:real )?(?i:names?) ?(?i:is|are|was|were|:|=) ?{FIRST})",
        is_called},
    PatternRow{
        "named-pupil",
        english,
        R"({START}{FIRST}{REST} (?:(?i:then|often|has|had|was|is|who|always|also)"
        R"(|suddenly|been) )*(?i:hit|hits|bit|bites|kicked|kicks|punched|pushed|swore)"
        R"(|swears|cried|cries|fought|stole|bullied|bullying|misbehaved|absconded)"
        R"(|disclosed|wet (?:him|her)self|refuse[sd]? to|threw|shouted out|ran out)\b)",
        is_pupil_name},

    PatternRow{
        "named-pupil",
        english,
        R"((?:{CLASSES}|{CHILDREN})s?,? (?i:especially|including|like|such as)"
        R"(|for example|e\.g\.|namely|particularly),? {FIRST})",
        is_pupil_name},
    PatternRow{
        "named-pupil",
        english,
        R"({START}{FIRST}{REST} (?:(?i:then|often|has|had|really|still|never|also)"
        R"(|always) )*(?i:struggle[sd]?|finds? [^.!?;]{1,25} (?:hard|difficult|easy)"
        R"(|tricky)|found [^.!?;]{1,25} (?:hard|difficult|easy|tricky)|couldn't)"
        R"(|could not (?:read|write|sit|count|spell|say|see|do)|can't (?:read|write|sit)"
        R"(|count|spell)|scored|got stuck|got upset|was (?:absent|upset|off task|late)"
        R"(|disruptive|bored|shy)|made (?:good |little |rapid |no |some )?progress)"
        R"(|improved (?:his|her|by|from)|needs (?:support|help|extra))\b)",
        is_pupil_name},
    PatternRow{
        "named-pupil",
        english,
        R"({START}{FIRST}'s (?:[{LETTER}-]+ )?(?i:behaviour|progress|handwriting)"
        R"(|attainment|scores?|marks|confidence|attendance|spellings?|reading age)"
        R"(|reading level|concentration|tantrums?|outbursts?)\b)",
        is_pupil_name},
    PatternRow{
        "named-pupil",
        english,
        R"(["'] (?i:said|shouted|whispered|answered|replied|asked|explained) {FIRST})"
        R"((?:[.,;]|$))",
        is_pupil_name},
    PatternRow{
        "named-pupil",
        any,
        R"((?:^|[ |(])(?i:pupil|child|student|name|enw|disgybl|first name)"
        R"(|forename) ?[:=] ?{FIRST}(?:[ ,.;|)]|$))",
        is_pupil_name},
    PatternRow{
        "initials-with-class",
        english,
        R"(\b(?i:initials)(?: (?i:are|were|is))?[: ]{1,2}((?:[{UPPER}]\.? ?){2,3}))"
        R"((?:[ ,.;)]|$))",
        are_initials},
    PatternRow{
        "initials-with-class",
        any,
        R"({START}((?:[{UPPER}]\. ?){2,3}|[{UPPER}]{2})'?s?(?:,? (?i:in|from|of|yn|ym|o)"
        R"(|is in)|,|:| -| ?/| ?\|| ?\()(?: (?i:our|my|the|class))* ?{CLASS})",
        are_initials},
    PatternRow{
        "initials-with-class", any, R"({START}((?:[{UPPER}]\. ?){2,3}) ?{CLASS})", are_initials},
    PatternRow{
        "initials-with-class",
        any,
        R"((?:^|[ (|,;])(?:{CLASSES})(?: {CHILD})?(?::|,| -| \|)"
        R"(| \()? ?((?:[{UPPER}]\. ?){2,3})(?:[ ),;|]|$))",
        are_initials},
    PatternRow{
        "initials-with-class",
        any,
        R"({CHILD},? \(?((?:[{UPPER}]\. ?){2,3}|[{UPPER}]\.?[{UPPER}])(?:[ ),.;:']|$))",
        are_initials},

    PatternRow{
        "name-with-trait",
        english,
        R"({START}{FIRST}{REST}(?:,? (?i:in|from) {CLASSES}|,? \(?{CLASSES}\)?)?(?: ?,)"
        R"(| ?\(|:| -|,? (?i:who )?(?i:has|had|is|was|gets|got)"
        R"(|receives?|suffers?|lives?|with|needs|wears|uses|takes|also|still|sometimes)"
        R"(|often))(?: (?i:a|an|his|her|the|been|on|of|from|with|diagnosed|diagnosis)"
        R"(|severe|mild|moderate|some|registered|recently|also|both|very|now|in|is|has)"
        R"(|newly|just|our|under|for|entitled|to|eligible|getting|receiving|medication)"
        R"(|awaiting|waiting|assessment|being|assessed|referred|taken|into|profoundly)"
        R"(|type|\d))*[ -]?{TRAIT})",
        is_pupil_name},
    PatternRow{
        "name-with-trait",
        english,
        R"({START}{FIRST}'s (?:[{LETTER}-]+ ){0,2}(?i:diagnosis|medication|medicine)"
        R"(|inhaler|epipen|EHCP|IEP|IDP|EHC plan|behaviour plan|support plan|care plan)"
        R"(|risk assessment|social worker|therapist|autism|ADHD|epilepsy|dyslexia)"
        R"(|anxiety|seizures?|exclusion|safeguarding|attendance|target grade|test score)"
        R"(|SATs|reading age)\b)",
        is_pupil_name},
    PatternRow{
        "name-with-trait",
        english,
        R"({TRAIT}(?: (?i:pupil|child|boy|girl|student|learner|plan|diagnosis)"
        R"(|referral))?(?:,| -|:| \(| (?i:for|called|named|like|such as))? {FIRST})",
        is_pupil_name},
    PatternRow{
        "name-with-trait",
        welsh,
        R"(\b(?i:mae|roedd|oes)(?: gan| gyda| ar)? {FIRST}{REST}(?:,? [^.!?;]{0,40})? )"
        R"((?i:yn|ag|â|gyda|ddiagnosis|diagnosis|ar|mewn|wedi|o|angen)(?: (?i:o|cael|ei)"
        R"(|yn|y|cyfnod|dioddef|byw|derbyn|hawl|i|mewn))*[ -]?{TRAIT})",
        is_pupil_name},
    PatternRow{
        "name-with-trait",
        welsh,
        R"(\b(?i:mae|roedd) (?i:gan|ar|gyda) {FIRST}{REST} (?:[{LETTER}]+ ){0,3}{TRAIT})",
        is_pupil_name},
    PatternRow{"name-with-trait", welsh, R"({TRAIT} (?i:gan|ar|gyda) {FIRST})", is_pupil_name},

    PatternRow{
        "name-with-family",
        english,
        R"({START}{FIRST}{REST}(?: (?:(?i:now) )?(?i:lives|lived|stays|is living) )"
        R"((?i:with|at)(?: (?i:his|her|their|a))*|,? whose) (?:(?i:older|younger|birth)"
        R"(|late|elderly) )?{FAMILY})",
        is_pupil_name},
    PatternRow{
        "name-with-family",
        any,
        R"({START}{FIRST}{REST}'s? (?:(?i:step-?|foster|older|younger|little|big|late)"
        R"(|own|twin) ?)?{FAMILY})",
        is_likely_name},
    PatternRow{
        "name-with-family",
        any,
        R"(\b(?i:mum|mam|dad|mother|father|parents?|carers?|brother|sister|family)"
        R"(|grandmother|nan|rhieni|tad|teulu|brawd|chwaer) (?:(?i:of|to|o) )?{FIRST})",
        is_pupil_name},

    PatternRow{
        "names-together",
        any,
        R"({START}({NAMES}(?:, {NAMES}){1,30}(?:,? (?i:and|&|a|ac) {NAMES})?))",
        is_list_of_names},
    PatternRow{
        "names-together",
        english,
        R"({START}({NAMES} (?i:and|&|with) {NAMES}) (?:(?i:then|both|have|had|were|are)"
        R"(|also|always|often|sometimes|could|can) )*(?i:worked|shared (?:a|the|their))"
        R"(|sat|argued|fought|finished (?:first|early|last)|struggled|took turns|paired)"
        R"(|drew|partnered|needed help|solved|chatted|swapped|improved|achieved|passed)"
        R"(|failed|misbehaved|refused|played|got (?:stuck|on))\b)",
        is_list_of_names},

    PatternRow{
        "class-list",
        any,
        R"(^\W{0,3}(?i:(?:pupil|child|student|first|full|given)?(?:'?s)? ?name|forename)"
        R"(|surname|enw(?: cyntaf)?|disgybl|pupil|child)s? ?(?:\||,|;) ?(?:[^|,;]{1,24})"
        R"((?:\||,|;) ?){0,3}(?i:class|year|form|d\.?o\.?b\.?|date of birth|upn|uln|age)"
        R"(|gender|sen|send|fsm|pp|ethnicity|dosbarth|blwyddyn|dyddiad geni)\b)"},
    PatternRow{
        "class-list",
        any,
        R"(\b(?i:class list|class register|register|pupil list|list of (?:pupils)"
        R"(|children)|names of (?:the )?(?:pupils|children)|seating plan|pupils|children)"
        R"(|group|rhestr (?:y )?(?:dosbarth|disgyblion)|cofrestr|disgyblion) ?(?:for )"
        R"(|of |o )?(?:{CLASSES})? ?(?::|-|=) ?{FIRST}(?: [{UPPER}][{LETTER}'.-]*)?(?:,)"
        R"(|;| and| a)\b?)",
        is_pupil_name},
};

} // namespace

std::span<const PatternRow> name_rows() {
    return name_patterns;
}

} // namespace staffroom::pupil_details
