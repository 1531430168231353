#include "node/services/pupil_details/rows.hpp"

#include <array>

namespace staffroom::pupil_details {
namespace {

// Words are told apart by case only where it matters: "SEN" is a trait, "sen" is none. Welsh words
// stand with their mutations. A row may use the rows above it.
constexpr std::array shared_words{
    // Parts of [classes]: the letters of Latin writing up to U+017E. The whole of Unicode would
    // cost
    // a hundred times the states, and these rules read English and Welsh.
    WordRow{"LETTER", "A-Za-z\u00C0-\u017E"},
    WordRow{"UPPER", "A-Z\u00C0-\u00DE\u0100-\u017D"},
    WordRow{"LOWER", "a-z\u00DF-\u017E"},
    WordRow{"DIGIT", "0-9"},
    WordRow{"START", R"((?:^|[^{LETTER}{DIGIT}]))"},
    WordRow{"FIRST", R"(([{UPPER}](?:[{LOWER}]|')[{LETTER}']*(?:-[{UPPER}][{LETTER}]+)?))"},
    WordRow{"NAMES", R"([{UPPER}](?:[{LOWER}]|')[{LETTER}']*(?:-[{UPPER}][{LETTER}]+)?)"},
    // An initial, a second name, a surname.
    WordRow{"REST", R"((?: [{UPPER}]\.| [{UPPER}]\b| [{UPPER}][{LOWER}][{LETTER}'-]*){0,2})"},
    WordRow{
        "NUMBER_WORD",
        R"((?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen))"},
    WordRow{
        "CLASSES",
        R"((?:(?:(?i:years?|yrs?\.?|y|blwyddyn|flwyddyn|mlwyddyn|bl\.?|class|form)"
        R"(|dosbarth|ddosbarth|nosbarth|grade|primary) ?-?(?:1[0-3])"
        R"(|[1-9]) ?(?:[A-Z]{1,2}\b|[a-z]\b)?|[PS] ?[1-7][A-Z]?|(?i:years?|blwyddyn)"
        R"(|flwyddyn|mlwyddyn|class) {NUMBER_WORD}|(?:1[0-3]|[1-9]) ?-?(?:[A-Z]{1,3})"
        R"(|[a-h])|(?i:reception|nursery|pre-?school|derbyn)|meithrin|KS[1-4])"
        R"(|[{UPPER}][{LETTER}]+ [Cc]lass|(?i:class|dosbarth|ddosbarth)"
        R"(|nosbarth) [{UPPER}][{LETTER}]*)\b))"},
    WordRow{"CLASS", R"(({CLASSES}))"},
    WordRow{
        "CHILD",
        R"(\b(?i:pupil|child|boy|girl|student|learner|kid|lad|youngster|teenager|toddler)"
        R"(|disgybl|ddisgybl|plentyn|blentyn|phlentyn|bachgen|fachgen|merch|ferch)\b)"},
    WordRow{
        "CHILDREN",
        R"(\b(?i:pupils?|child(?:ren)?|boys?|girls?|students?|learners?|kids?|lads?|young)"
        R"(sters?|teenagers?|siblings|twins|brothers|sisters|d?disgybl(?:ion)?|plant)"
        R"(|blant|phlant|phlentyn|plentyn|blentyn|bachgen|fachgen|bechgyn|fechgyn|merch)"
        R"(|ferch|merched|ferched)\b)"},
    WordRow{
        "FEW",
        R"((?i:one|two|three|four|five|[1-5]|un|dau|ddau|dwy|ddwy|tri|thri|dri|tair|dair)"
        R"(|pedwar|pedair|pump|bump|a couple of|a pair of|both|a single|just one)"
        R"(|only one))"},
    WordRow{"AGE", R"((?:[3-9]|1[0-8]|{NUMBER_WORD}))"},
    WordRow{
        "MONTH",
        R"((?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug)"
        R"((?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr)"
        R"(|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd)"
        R"(|rhagfyr)\.?)"},
    // Group: the year.
    WordRow{
        "DATE",
        R"((?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(\d{4}|\d{2})\b|\d{4}-\d{2}-\d{2}|\d{1,2})"
        R"((?:st|nd|rd|th|af|il|ydd|fed|eg|ain)?(?: of| o)? {MONTH},? (?:\d{4})"
        R"(|'?\d{2}\b)|{MONTH} \d{1,2}(?:st|nd|rd|th)?,? \d{4}))"},
    WordRow{
        "TRAIT",
        R"((?:\b(?:EHCPs?|SENDs?|SEN|SEMH|SLCN|IDPs?|ALN|ADY|CDU|ASD|ASC|ADHD|ADCD|ADD)"
        R"(|HIV|LAC|CLA|CIN|PP|FSM|PYDd?|EAL|SIY|FGM|PTSD|OCD|ODD|PDA|BSL|VI|HI)\b|\b)"
        R"((?i:EHC plans?|education,? health and care plans?|special )"
        R"((?:educational )?needs|additional learning needs|learning (?:difficult)"
        R"(|disabilit)\w+|disab\w+|autis\w+|asperger\w*|dyslexi\w+|dyspraxi\w+)"
        R"(|dyscalculi\w+|epilep\w+|diabet\w+|asthma\w*|allerg\w+|anaphyla\w+)"
        R"(|cerebral palsy|down'?s?(?: syndrome)|cystic fibrosis|tourette\w*)"
        R"(|muscular dystrophy|cancer|leuka?emia|sickle cell|coeliac|eczema|tumou?r)"
        R"(|seizures?|wheelchair\w*|hearing (?:aids?|impair\w+|loss)|cochlear\w*|deaf)"
        R"(|blind|visual(?:ly)? impair\w+|looked[- ]after|in care|taken into care)"
        R"(|into care|mewn gofal|foster\w*(?: carers?| care| parents?| famil\w+)?|adopted)"
        R"(|(?:child )?protection (?:plan|register)|CP plan|child(?:ren)? in need)"
        R"(|pupil premium|free school meals?|travell?ers?|gyps(?:y|ies)|roma)"
        R"(|refugees?|asylum|syrian?|afghan\w*|ukrainian?|from (?:syria|ukraine)"
        R"(|afghanistan|iraq|iran|somalia|sudan|eritrea|hong kong)|muslims?|jewish)"
        R"(|jews?|sikhs?|hindus?|catholics?|jehovah\w*|young carers?|bereave\w+)"
        R"(|self[- ]harm\w*|(?:permanently |been )?excluded|exclusions?|suspended|prison)"
        R"(|domestic (?:abuse|violence)|abused?|neglect\w*|social (?:workers?|services)"
        R"(|care)|mental health|anxiety|depress\w+|eating disorder\w*|anorexi\w+)"
        R"(|non-?verbal|selective(?:ly)? mut\w+|stammer\w*|transgender|non-binary|gay)"
        R"(|lesbian|pregnan\w+|suicid\w+|trauma\w*|attachment disorder|behaviour plan)"
        R"(|speech (?:delay|impairment)|medical condition|homeless\w*)"
        R"(|in temporary accommodation|awtist\w*|epilepsi|diabetes|dyslecsi\w*)"
        R"(|derbyn gofal|gofal maeth|maeth|prydau (?:ysgol )?am ddim|anghenion )"
        R"((?:dysgu )?\w+|amddiffyn plant|ffoadur\w*|lloches|sipsi\w*|teithiwr|teithwyr)"
        R"(|nam ar (?:y|ei|eu) \w+|cadair olwyn|byddar|fyddar|dall|ddall|gofalwyr? ifanc)"
        R"(|carchar|iechyd meddwl|gwahardd\w*|alergedd\w*|asthma|anabl\w*)"
        R"(|gweithiwr cymdeithasol|gwasanaethau cymdeithasol)\b))"},
    WordRow{
        "FAMILY",
        R"((?i:mum|mummy|mam|dad|daddy|mother|father|parents?|carers?|nan|gran|grandma)"
        R"(|grandad|grandmother|grandfather|grandparents|brother|sister)"
        R"(|siblings?|step-?\w+|foster \w+|family|uncle|aunt\w*)\b)"},
    WordRow{
        "STREET",
        R"((?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Close|Drive|Dr|Way|Court|Crescent)"
        R"(|Cres|Gardens|Grove|Terrace|Place|Hill|Row|Walk|Mews|Square|Park|Green|View)"
        R"(|Rise|Heights|Parade|Villas|Estate|House|Cottages?|Buildings)\b)"},
};

} // namespace

std::span<const WordRow> word_rows() {
    return shared_words;
}

} // namespace staffroom::pupil_details
