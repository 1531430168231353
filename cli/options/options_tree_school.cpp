// init: the making of a school.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

void add_school_commands(Tree& tree) {
    auto [app, init] = tree.add<InitCommand>(
        tree.app(),
        "init",
        "Make a new school in the data folder",
        {"--data /srv/school init --school \"Hillside Primary\" --listen 0.0.0.0:7420",
         "--data /srv/school init --school Hillside --phrase-out /media/stick/phrase.txt"}
    );
    app.add_option("--school", init.school, "The school's name")->required()->type_name("NAME");
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
    app.add_option("--phrase-out", init.phrase_out, "Write the recovery phrase to a new file")
        ->type_name("FILE");
    tree.offer_dry_run(app);
}

} // namespace staffroom::cli
