# Three threads hash and write what they have, each to a file of its own; ends with status 5.
import hashlib
import sys
import threading

totals = {}
lock = threading.Lock()


def work(number):
    value = str(number).encode()
    with open(f"lines-{number}", "w") as out:
        for step in range(260):
            for _ in range(5600):
                value = hashlib.sha256(value + b"%d" % step).digest()
            out.write(f"{step} {value.hex()}\n")
            out.flush()
            with lock:
                totals[number] = totals.get(number, 0) + value[0]


workers = [threading.Thread(target=work, args=(n,)) for n in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
for number in range(3):
    print(number, totals[number])
sys.exit(5)
