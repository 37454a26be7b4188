// Package tensorboard writes the event files that TensorBoard shows, and reads them: scalars, histograms, images, text and
// a network's graph over the steps of a run. TensorBoard itself is a Python program (pip install tensorboard) that is
// pointed at a folder: tensorboard --logdir DIR; every folder below it that has event files is a run.
//
// # Writing
//
// [NewSummaryWriter] makes a new file in a folder. The methods have the names, and write the messages, of PyTorch's
// torch.utils.tensorboard.SummaryWriter. A tag names a series; what stands before its first slash groups the cards. Steps are
// counted as the caller likes, and the wall time is the Clock's. A writer may be used by several goroutines. An
// error of the disk is returned by the call that met it and by every later one, since a file with half a record in its middle
// could not be read beyond it.
//
// # Reading
//
// [ReadFile] and [Read] go through a file's events, and check what there is to check: both checksums of every record, and the
// size of everything before memory is taken for it. A file that is damaged or was cut off gives a [*FormatError] with the
// place of the record; errors.Is(err, io.ErrUnexpectedEOF) tells the latter, which a file that is still
// being written may show for a moment.
//
// # The format
//
// A file is a sequence of TFRecords: the length of the data as 8 bytes, its checksum, the data, their checksum. All numbers
// are little-endian; a checksum is the CRC-32C, rotated right by 15 bits, plus 0xa282ead8. The data are a message Event in
// protocol buffers' wire format, as event.proto, summary.proto, tensor.proto and graph.proto of
// https://github.com/tensorflow/tensorboard define it (folder tensorboard/compat/proto); the first Event has the file_version
// "brain.Event:2". TensorBoard takes a file for an event file if its name has "tfevents" in it, and reads those of one folder
// in the order of their names, which is why they begin with the time: events.out.tfevents.TIME.HOST.PROCESS.NUMBER.
package tensorboard
