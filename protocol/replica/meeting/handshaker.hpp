// Leads from a socket to an open link. A stranger could make this node compute or tell that it is
// there; so the first frame picks the key before any scalar multiplication, and a replay or a
// stranger gets 0 bytes. Then Noise runs to its end. [C1] [C2]
#pragma once

#include "protocol/replica/agreements/agreeing.hpp"
#include "protocol/replica/agreements/link_book.hpp"
#include "protocol/replica/links/seen_frames.hpp"
#include "protocol/replica/meeting/joining.hpp"
#include "protocol/replica/ports/part.hpp"

namespace staffroom::replica {

class Handshaker : public Part {
public:
    Handshaker(
        Context& context,
        Networks& networks,
        Links& links,
        Joining& joining,
        Agreeing& agreeing,
        const LinkBook& book
    )
        : context_(context)
        , networks_(networks)
        , links_(links)
        , joining_(joining)
        , agreeing_(agreeing)
        , book_(book) {}

    /// Sends our first frame on a link that we dialled. Errors: not_found (a network that is gone),
    /// those of Handshake.
    [[nodiscard]] Result<void> begin(Link& link);
    /// Takes one frame of a link that is not open yet; returns true when it has become open. Errors
    /// end the link in silence.
    [[nodiscard]] Result<bool> frame_arrived(Link& link, ByteView frame);
    [[nodiscard]] Result<void> restore(const Image& image) override {
        seen_.restore(image);
        return {};
    }
    [[nodiscard]] std::vector<Row> take_rows() override { return seen_.take_rows(); }

private:
    [[nodiscard]] Result<void> answer_first_frame(Link& link, ByteView frame);
    [[nodiscard]] Result<channel::Handshake> start_responder(Link& link, ByteView frame);
    [[nodiscard]] bool is_our_own(ByteView frame);
    [[nodiscard]] const crypto::Secret32* psk_of(const Link& link) const;
    void open(Link& link);

    Context& context_;
    Networks& networks_;
    Links& links_;
    Joining& joining_;
    Agreeing& agreeing_;
    const LinkBook& book_;
    SeenFrames seen_;
};

} // namespace staffroom::replica
