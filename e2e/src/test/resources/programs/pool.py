# A pool of four processes hashes pieces that come over pipes, under semaphores; ends with status 8.
import hashlib
import multiprocessing
import sys


def work(piece):
    number, data = piece
    value = data
    for step in range(20000):
        value = hashlib.sha256(value + b"%d" % step).digest()
    return number, value.hex() * 300


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    pieces = ((n, bytes([n % 251]) * 20000) for n in range(360))
    with multiprocessing.Pool(4) as pool:
        for number, text in pool.imap(work, pieces):
            print(number, hashlib.sha256(text.encode()).hexdigest(), flush=True)
    sys.exit(8)
