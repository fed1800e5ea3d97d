/** Sockets of an image: who is connected with whom, and what must be made before what. */
package org.ckimg.restorer.sockets;
