# A server and a client over a Unix socket, with up to forty questions on their way; ends with status 2.
use strict;
use warnings;
use IO::Socket::UNIX;

my $path = "talk.socket";
my $listener = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $path, Listen => 1) or die "$path: $!";
my $server = fork() // die "fork: $!";
if ($server == 0) {
    my $client = $listener->accept or die "accept: $!";
    $client->autoflush(1);
    while (my $question = <$client>) {
        my ($hash) = $question =~ /(\d+)/;
        $hash = ($hash * 31 + $_ * 7919) % 1000003 for 1 .. 600;
        print $client "$hash\n";
    }
    exit 7;
}
close $listener;
my $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $path) or die "connect: $!";
$socket->autoflush(1);
$| = 1;
my ($asked, $sum) = (0, 0);
for my $number (1 .. 60000) {
    print $socket ++$asked, "\n" while $asked < 60000 && $asked < $number + 40;
    my $answer = <$socket> // die "no answer to $number";
    $sum = ($sum * 17 + $answer) % 1000003;
    print "$number $sum\n" if $number % 500 == 0;
}
close $socket;
waitpid $server, 0;
exit($? >> 8 == 7 ? 2 : 1);
