/**
 * Writes a checkpoint as a set of CRIU images. An encoder for each kind of message; what CRIU
 * demands and a checkpoint does not have is found before anything is written.
 */
package org.ckimg.interop.criu.write;
