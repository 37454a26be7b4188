package tensorboard

import "google.golang.org/protobuf/encoding/protowire"

// The numbers of the fields, by message, of the .proto files that the package comment names.
const (
	eventWallTime    protowire.Number = 1
	eventStep        protowire.Number = 2
	eventFileVersion protowire.Number = 3
	eventGraphDef    protowire.Number = 4
	eventSummary     protowire.Number = 5
	eventSessionLog  protowire.Number = 7

	sessionLogStatus protowire.Number = 1

	summaryValue protowire.Number = 1

	valueTag         protowire.Number = 1
	valueSimpleValue protowire.Number = 2
	valueImage       protowire.Number = 4
	valueHisto       protowire.Number = 5
	valueTensor      protowire.Number = 8
	valueMetadata    protowire.Number = 9

	metadataPluginData protowire.Number = 1
	pluginDataName     protowire.Number = 1

	imageHeight  protowire.Number = 1
	imageWidth   protowire.Number = 2
	imageColors  protowire.Number = 3 // colorspace
	imageEncoded protowire.Number = 4 // encoded_image_string

	histoMin         protowire.Number = 1
	histoMax         protowire.Number = 2
	histoNum         protowire.Number = 3
	histoSum         protowire.Number = 4
	histoSumSquares  protowire.Number = 5
	histoBucketLimit protowire.Number = 6
	histoBucket      protowire.Number = 7

	tensorDType     protowire.Number = 1
	tensorShape     protowire.Number = 2
	tensorContent   protowire.Number = 4
	tensorFloatVal  protowire.Number = 5
	tensorDoubleVal protowire.Number = 6
	tensorIntVal    protowire.Number = 7
	tensorStringVal protowire.Number = 8
	tensorInt64Val  protowire.Number = 10
	tensorBoolVal   protowire.Number = 11

	shapeDim         protowire.Number = 2
	shapeUnknownRank protowire.Number = 3
	dimSize          protowire.Number = 1

	graphNode        protowire.Number = 1
	graphVersions    protowire.Number = 4
	versionsProducer protowire.Number = 1

	nodeName  protowire.Number = 1
	nodeOp    protowire.Number = 2
	nodeInput protowire.Number = 3
	nodeAttr  protowire.Number = 5 // a map: entries with key and value

	entryKey   protowire.Number = 1
	entryValue protowire.Number = 2

	attrList  protowire.Number = 1
	attrBytes protowire.Number = 2 // s
	listShape protowire.Number = 7
)

// Types of a TensorProto's elements that are read, of types.proto.
const (
	typeFloat  = 1
	typeDouble = 2
	typeInt32  = 3
	typeUint8  = 4
	typeString = 7
	typeInt64  = 9
	typeBool   = 10
)

// The names under which nodes keep what TensorBoard shows: TensorFlow's for the shape of the result, PyTorch's for the rest.
const (
	shapesAttr = "_output_shapes"
	textAttr   = "attr"
)

// The plugins of TensorBoard by which tensors are told apart.
const (
	pluginScalars    = "scalars"
	pluginImages     = "images"
	pluginHistograms = "histograms"
	pluginText       = "text"
)
