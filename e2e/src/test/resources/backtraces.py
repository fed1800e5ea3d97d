# Run by gdb: every frame of every thread, the innermost first, as StacksTest reads them.
# Frames of inlined functions and of tail calls are no frames of the stack.
import gdb

gdb.execute("set backtrace past-main on")
gdb.execute("set print demangle off")
gdb.execute("set width 0")
for thread in gdb.selected_inferior().threads():
    thread.switch()
    print("thread %d" % thread.ptid[1])
    frame, inner = gdb.newest_frame(), None
    while frame is not None:
        kind = frame.type()
        if kind not in (gdb.INLINE_FRAME, gdb.TAILCALL_FRAME):
            address = frame.pc()
            if address == 0:
                break
            signal = kind == gdb.SIGTRAMP_FRAME
            # A call may be the last instruction of a function.
            exact = signal or inner is None or inner == gdb.SIGTRAMP_FRAME
            inner = kind
            symbol = gdb.execute("info symbol %d" % (address - (not exact)), to_string=True)
            print("frame %x %s %s %s" % (address, signal, frame.name(), symbol.strip()))
        try:
            frame = frame.older()
        except gdb.error:
            break
