// init, recover, backup and key: the making of a school, its ways back, and its keys.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

namespace {

void add_settings(CLI::App& app, InitCommand& init) {
    app.add_option("--id", init.numbers, "A number of the school, e.g. urn:990001")
        ->take_all()
        ->type_name("SCHEME:VALUE");
    app.add_option("--place", init.place, "Where the school is")->type_name("TEXT");
    app.add_option("--person", init.person, "Who publishes when no author is named")
        ->type_name("NAME");
    app.add_option("--listen", init.listen, "Where neighbours reach this node")
        ->type_name("HOST:PORT");
    app.add_option("--web", init.web, "Where the web page is served")->type_name("HOST:PORT");
    app.add_option("--address", init.addresses, "An address to tell the network")
        ->take_all()
        ->type_name("HOST:PORT");
}

void add_phrase_file(CLI::App& app, std::filesystem::path& file) {
    app.add_option("--phrase-file", file, "The 24 words; - reads them from stdin")
        ->required()
        ->type_name("FILE");
}

void add_no_other_network(CLI::App& app, bool& no_other_network) {
    app.add_flag(
        "--no-other-network",
        no_other_network,
        "The school was in none but these; words of old keys that did not come are void"
    );
}

void add_recover(Tree& tree) {
    auto [app, recover] = tree.add<RecoverCommand>(
        tree.app(),
        "recover",
        "Bring the school back on a new machine, by its recovery phrase",
        {"--data /srv/school recover --phrase-file phrase.txt --from rivers.example:7420 "
         "--network-code -",
         "--data /srv/school recover --phrase-file - --from rivers.example:7420 --network-code - "
         "--from downs.example:7420 --network-code - --no-other-network"}
    );
    add_phrase_file(app, recover.phrase_file);
    app.add_option("--from", recover.from, "A school of a network; once for each network")
        ->take_all()
        ->type_name("HOST:PORT");
    app.add_option(
           "--network-code", recover.codes, "A code of that network, not used up; - reads it"
    )
        ->take_all()
        ->type_name("CODE");
    add_no_other_network(app, recover.no_other_network);
    app.add_option("--school", recover.settings.school, "Another name than the school had")
        ->type_name("NAME");
    add_settings(app, recover.settings);
    tree.offer_dry_run(app);
    tree.offer_yes(app);
}

void add_backup_folder(CLI::App& app, std::filesystem::path& place) {
    app.add_option("-o,--folder", place, "The folder of backups (backup.folder in the settings)")
        ->type_name("DIR");
}

void add_backup_phrase(CLI::App& app, std::filesystem::path& place) {
    app.add_option("--phrase-file", place, "The recovery phrase; - asks for it")->type_name("FILE");
}

void add_backup(Tree& tree) {
    auto& noun = tree.noun("backup", "Copies of everything here, sealed to the recovery phrase");
    auto create = tree.add<BackupCommand>(
        noun,
        "create",
        "Make a backup while the node runs",
        {"backup create -o /mnt/backups", "backup create"}
    );
    add_backup_folder(create.app, create.command.folder);
    create.app.add_flag(
        "--new",
        create.command.is_begun_anew,
        "Begin anew where the node's backups are no more: on another disk"
    );
    auto list = tree.add<BackupCommand>(
        noun, "list", "The backups in a folder, the oldest first", {"backup list -o /mnt/backups"}
    );
    list.command.act = BackupCommand::Act::list;
    add_backup_folder(list.app, list.command.folder);
    add_backup_phrase(list.app, list.command.phrase_file);
    auto verify = tree.add<BackupCommand>(
        noun,
        "verify",
        "Open every part of a backup and check all of it, in memory",
        {"backup verify -o /mnt/backups", "backup verify /mnt/backups --phrase-file -"}
    );
    verify.app.add_option("BACKUP", verify.command.which, "Its name or path; the newest one")
        ->type_name("");
    verify.command.act = BackupCommand::Act::verify;
    add_backup_folder(verify.app, verify.command.folder);
    add_backup_phrase(verify.app, verify.command.phrase_file);
    auto restore = tree.add<BackupCommand>(
        noun,
        "restore",
        "Bring a backup back into an empty folder",
        {"backup restore /mnt/backups --to /var/lib/staffroom --phrase-file -"}
    );
    restore.app.add_option("BACKUP", restore.command.which, "Its name or path")
        ->required()
        ->type_name("");
    restore.app.add_option("--to", restore.command.to, "The empty data folder")
        ->required()
        ->type_name("DATA");
    restore.command.act = BackupCommand::Act::restore;
    add_backup_folder(restore.app, restore.command.folder);
    add_backup_phrase(restore.app, restore.command.phrase_file);
    tree.offer_yes(restore.app);
    auto settle = tree.add<BackupCommand>(
        noun,
        "settle",
        "Show the records of a restored node that no neighbour will ever answer",
        {"backup settle", "--yes backup settle"}
    );
    settle.command.act = BackupCommand::Act::settle;
    tree.offer_yes(settle.app);
}

void add_key(Tree& tree) {
    auto& noun = tree.noun("key", "The keys of this school and of this server");
    tree.add<KeyStatusCommand>(
        noun, "status", "Which keys speak for the school", {"key status", "--json key status"}
    );
    auto rotate = tree.add<KeyRotateCommand>(
        noun,
        "rotate",
        "Give this server a new key and end every other, as that of a stolen one",
        {"key rotate --phrase-file phrase.txt", "key rotate --phrase-file phrase.txt --dry-run"}
    );
    add_phrase_file(rotate.app, rotate.command.phrase_file);
    add_no_other_network(rotate.app, rotate.command.no_other_network);
    tree.offer_dry_run(rotate.app);
    auto replace = tree.add<KeyReplacePhraseCommand>(
        noun,
        "replace-phrase",
        "Make a new recovery phrase; who kept the old one can still take the school",
        {"key replace-phrase --phrase-file old.txt --phrase-out /media/stick/phrase.txt"}
    );
    add_phrase_file(replace.app, replace.command.phrase_file);
    replace.app
        .add_option("--phrase-out", replace.command.phrase_out, "A new file for the new phrase")
        ->required()
        ->type_name("FILE");
    tree.offer_dry_run(replace.app);
}

} // namespace

void add_school_commands(Tree& tree) {
    auto [app, init] = tree.add<InitCommand>(
        tree.app(),
        "init",
        "Make a new school in the data folder",
        {"--data /srv/school init --school \"Hillside Primary\" --listen 0.0.0.0:7420",
         "--data /srv/school init --school Hillside --phrase-out /media/stick/phrase.txt"}
    );
    app.add_option("--school", init.school, "The school's name")->required()->type_name("NAME");
    add_settings(app, init);
    app.add_option("--phrase-out", init.phrase_out, "Write the recovery phrase to a new file")
        ->type_name("FILE");
    tree.offer_dry_run(app);
    add_recover(tree);
    add_backup(tree);
    add_key(tree);
}

} // namespace staffroom::cli
