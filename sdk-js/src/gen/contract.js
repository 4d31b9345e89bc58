/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const distributedkube = $root.distributedkube = (() => {

    /**
     * Namespace distributedkube.
     * @exports distributedkube
     * @namespace
     */
    const distributedkube = {};

    distributedkube.api = (function() {

        /**
         * Namespace api.
         * @memberof distributedkube
         * @namespace
         */
        const api = {};

        api.worker = (function() {

            /**
             * Namespace worker.
             * @memberof distributedkube.api
             * @namespace
             */
            const worker = {};

            worker.v1 = (function() {

                /**
                 * Namespace v1.
                 * @memberof distributedkube.api.worker
                 * @namespace
                 */
                const v1 = {};

                v1.ConnectRequest = (function() {

                    /**
                     * Properties of a ConnectRequest.
                     * @typedef {Object} distributedkube.api.worker.v1.ConnectRequest.$Properties
                     * @property {number|null} [seq] ConnectRequest seq
                     * @property {number|null} [ack] ConnectRequest ack
                     * @property {Array.<distributedkube.api.worker.v1.WorkerEvent.$Properties>|null} [events] ConnectRequest events
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a ConnectRequest.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IConnectRequest
                     * @augments distributedkube.api.worker.v1.ConnectRequest.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.ConnectRequest.$Properties instead.
                     */

                    /**
                     * Shape of a ConnectRequest.
                     * @typedef {{
                     *   seq?: number|null;
                     *   ack?: number|null;
                     *   events?: Array.<distributedkube.api.worker.v1.WorkerEvent.$Shape>|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * }} distributedkube.api.worker.v1.ConnectRequest.$Shape
                     */

                    /**
                     * Constructs a new ConnectRequest.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a ConnectRequest.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.ConnectRequest.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const ConnectRequest = function (properties) {
                        this.events = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * ConnectRequest seq.
                     * @member {number} seq
                     * @memberof distributedkube.api.worker.v1.ConnectRequest
                     * @instance
                     */
                    ConnectRequest.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * ConnectRequest ack.
                     * @member {number} ack
                     * @memberof distributedkube.api.worker.v1.ConnectRequest
                     * @instance
                     */
                    ConnectRequest.prototype.ack = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * ConnectRequest events.
                     * @member {Array.<distributedkube.api.worker.v1.WorkerEvent.$Properties>} events
                     * @memberof distributedkube.api.worker.v1.ConnectRequest
                     * @instance
                     */
                    ConnectRequest.prototype.events = $util.emptyArray;

                    /**
                     * Creates a new ConnectRequest instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.ConnectRequest
                     * @static
                     * @param {distributedkube.api.worker.v1.ConnectRequest.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.ConnectRequest} ConnectRequest instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.ConnectRequest.$Shape): distributedkube.api.worker.v1.ConnectRequest & distributedkube.api.worker.v1.ConnectRequest.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.ConnectRequest.$Properties): distributedkube.api.worker.v1.ConnectRequest;
                     * }}
                     */
                    ConnectRequest.create = function(properties) {
                        return new ConnectRequest(properties);
                    };

                    /**
                     * Encodes the specified ConnectRequest message. Does not implicitly {@link distributedkube.api.worker.v1.ConnectRequest.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.ConnectRequest
                     * @static
                     * @param {distributedkube.api.worker.v1.ConnectRequest.$Properties} message ConnectRequest message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    ConnectRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                            writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                        if (message.ack != null && $Object.hasOwnProperty.call(message, "ack") && (typeof message.ack === "object" ? message.ack.low || message.ack.high : message.ack !== 0))
                            writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.ack);
                        if (message.events != null && message.events.length)
                            for (let i = 0; i < message.events.length; ++i)
                                $root.distributedkube.api.worker.v1.WorkerEvent.encode(message.events[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a ConnectRequest message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.ConnectRequest
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ConnectRequest & distributedkube.api.worker.v1.ConnectRequest.$Shape} ConnectRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    ConnectRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.ConnectRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.seq = value;
                                    else
                                        delete message.seq;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.ack = value;
                                    else
                                        delete message.ack;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.events && message.events.length))
                                        message.events = [];
                                    message.events.push($root.distributedkube.api.worker.v1.WorkerEvent.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ConnectRequest;
                })();

                v1.ConnectResponse = (function() {

                    /**
                     * Properties of a ConnectResponse.
                     * @typedef {Object} distributedkube.api.worker.v1.ConnectResponse.$Properties
                     * @property {number|null} [seq] ConnectResponse seq
                     * @property {number|null} [ack] ConnectResponse ack
                     * @property {Array.<distributedkube.api.worker.v1.GatewayEvent.$Properties>|null} [events] ConnectResponse events
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a ConnectResponse.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IConnectResponse
                     * @augments distributedkube.api.worker.v1.ConnectResponse.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.ConnectResponse.$Properties instead.
                     */

                    /**
                     * Shape of a ConnectResponse.
                     * @typedef {{
                     *   seq?: number|null;
                     *   ack?: number|null;
                     *   events?: Array.<distributedkube.api.worker.v1.GatewayEvent.$Shape>|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * }} distributedkube.api.worker.v1.ConnectResponse.$Shape
                     */

                    /**
                     * Constructs a new ConnectResponse.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a ConnectResponse.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.ConnectResponse.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const ConnectResponse = function (properties) {
                        this.events = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * ConnectResponse seq.
                     * @member {number} seq
                     * @memberof distributedkube.api.worker.v1.ConnectResponse
                     * @instance
                     */
                    ConnectResponse.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * ConnectResponse ack.
                     * @member {number} ack
                     * @memberof distributedkube.api.worker.v1.ConnectResponse
                     * @instance
                     */
                    ConnectResponse.prototype.ack = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * ConnectResponse events.
                     * @member {Array.<distributedkube.api.worker.v1.GatewayEvent.$Properties>} events
                     * @memberof distributedkube.api.worker.v1.ConnectResponse
                     * @instance
                     */
                    ConnectResponse.prototype.events = $util.emptyArray;

                    /**
                     * Creates a new ConnectResponse instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.ConnectResponse
                     * @static
                     * @param {distributedkube.api.worker.v1.ConnectResponse.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.ConnectResponse} ConnectResponse instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.ConnectResponse.$Shape): distributedkube.api.worker.v1.ConnectResponse & distributedkube.api.worker.v1.ConnectResponse.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.ConnectResponse.$Properties): distributedkube.api.worker.v1.ConnectResponse;
                     * }}
                     */
                    ConnectResponse.create = function(properties) {
                        return new ConnectResponse(properties);
                    };

                    /**
                     * Encodes the specified ConnectResponse message. Does not implicitly {@link distributedkube.api.worker.v1.ConnectResponse.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.ConnectResponse
                     * @static
                     * @param {distributedkube.api.worker.v1.ConnectResponse.$Properties} message ConnectResponse message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    ConnectResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                            writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                        if (message.ack != null && $Object.hasOwnProperty.call(message, "ack") && (typeof message.ack === "object" ? message.ack.low || message.ack.high : message.ack !== 0))
                            writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.ack);
                        if (message.events != null && message.events.length)
                            for (let i = 0; i < message.events.length; ++i)
                                $root.distributedkube.api.worker.v1.GatewayEvent.encode(message.events[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a ConnectResponse message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.ConnectResponse
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ConnectResponse & distributedkube.api.worker.v1.ConnectResponse.$Shape} ConnectResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    ConnectResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.ConnectResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.seq = value;
                                    else
                                        delete message.seq;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.ack = value;
                                    else
                                        delete message.ack;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.events && message.events.length))
                                        message.events = [];
                                    message.events.push($root.distributedkube.api.worker.v1.GatewayEvent.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ConnectResponse;
                })();

                v1.CreateUploadUrlsRequest = (function() {

                    /**
                     * Properties of a CreateUploadUrlsRequest.
                     * @typedef {Object} distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties
                     * @property {Uint8Array|null} [token] CreateUploadUrlsRequest token
                     * @property {Array.<number>|null} [sizes] CreateUploadUrlsRequest sizes
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a CreateUploadUrlsRequest.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ICreateUploadUrlsRequest
                     * @augments distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties instead.
                     */

                    /**
                     * Shape of a CreateUploadUrlsRequest.
                     * @typedef {distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties} distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Shape
                     */

                    /**
                     * Constructs a new CreateUploadUrlsRequest.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a CreateUploadUrlsRequest.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const CreateUploadUrlsRequest = function (properties) {
                        this.sizes = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * CreateUploadUrlsRequest token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsRequest
                     * @instance
                     */
                    CreateUploadUrlsRequest.prototype.token = $util.newBuffer([]);

                    /**
                     * CreateUploadUrlsRequest sizes.
                     * @member {Array.<number>} sizes
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsRequest
                     * @instance
                     */
                    CreateUploadUrlsRequest.prototype.sizes = $util.emptyArray;

                    /**
                     * Creates a new CreateUploadUrlsRequest instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsRequest
                     * @static
                     * @param {distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.CreateUploadUrlsRequest} CreateUploadUrlsRequest instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Shape): distributedkube.api.worker.v1.CreateUploadUrlsRequest & distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties): distributedkube.api.worker.v1.CreateUploadUrlsRequest;
                     * }}
                     */
                    CreateUploadUrlsRequest.create = function(properties) {
                        return new CreateUploadUrlsRequest(properties);
                    };

                    /**
                     * Encodes the specified CreateUploadUrlsRequest message. Does not implicitly {@link distributedkube.api.worker.v1.CreateUploadUrlsRequest.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsRequest
                     * @static
                     * @param {distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties} message CreateUploadUrlsRequest message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    CreateUploadUrlsRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.sizes != null && message.sizes.length)
                            writer.uint32(/* id 2, wireType 2 =*/18).uint64s(message.sizes);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a CreateUploadUrlsRequest message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsRequest
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CreateUploadUrlsRequest & distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Shape} CreateUploadUrlsRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    CreateUploadUrlsRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.CreateUploadUrlsRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType === 2) {
                                        if (!(message.sizes && message.sizes.length))
                                            message.sizes = [];
                                        reader.uint64s(message.sizes);
                                        continue;
                                    }
                                    if (wireType !== 0)
                                        break;
                                    if (!(message.sizes && message.sizes.length))
                                        message.sizes = [];
                                    message.sizes.push(reader.uint64());
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CreateUploadUrlsRequest;
                })();

                v1.CreateUploadUrlsResponse = (function() {

                    /**
                     * Properties of a CreateUploadUrlsResponse.
                     * @typedef {Object} distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties
                     * @property {Array.<distributedkube.api.worker.v1.UploadUrl.$Properties>|null} [urls] CreateUploadUrlsResponse urls
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a CreateUploadUrlsResponse.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ICreateUploadUrlsResponse
                     * @augments distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties instead.
                     */

                    /**
                     * Shape of a CreateUploadUrlsResponse.
                     * @typedef {distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties} distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Shape
                     */

                    /**
                     * Constructs a new CreateUploadUrlsResponse.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a CreateUploadUrlsResponse.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const CreateUploadUrlsResponse = function (properties) {
                        this.urls = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * CreateUploadUrlsResponse urls.
                     * @member {Array.<distributedkube.api.worker.v1.UploadUrl.$Properties>} urls
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsResponse
                     * @instance
                     */
                    CreateUploadUrlsResponse.prototype.urls = $util.emptyArray;

                    /**
                     * Creates a new CreateUploadUrlsResponse instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsResponse
                     * @static
                     * @param {distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.CreateUploadUrlsResponse} CreateUploadUrlsResponse instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Shape): distributedkube.api.worker.v1.CreateUploadUrlsResponse & distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties): distributedkube.api.worker.v1.CreateUploadUrlsResponse;
                     * }}
                     */
                    CreateUploadUrlsResponse.create = function(properties) {
                        return new CreateUploadUrlsResponse(properties);
                    };

                    /**
                     * Encodes the specified CreateUploadUrlsResponse message. Does not implicitly {@link distributedkube.api.worker.v1.CreateUploadUrlsResponse.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsResponse
                     * @static
                     * @param {distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties} message CreateUploadUrlsResponse message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    CreateUploadUrlsResponse.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.urls != null && message.urls.length)
                            for (let i = 0; i < message.urls.length; ++i)
                                $root.distributedkube.api.worker.v1.UploadUrl.encode(message.urls[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a CreateUploadUrlsResponse message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.CreateUploadUrlsResponse
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CreateUploadUrlsResponse & distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Shape} CreateUploadUrlsResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    CreateUploadUrlsResponse.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.CreateUploadUrlsResponse();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.urls && message.urls.length))
                                        message.urls = [];
                                    message.urls.push($root.distributedkube.api.worker.v1.UploadUrl.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CreateUploadUrlsResponse;
                })();

                v1.UploadUrl = (function() {

                    /**
                     * Properties of an UploadUrl.
                     * @typedef {Object} distributedkube.api.worker.v1.UploadUrl.$Properties
                     * @property {string|null} [key] UploadUrl key
                     * @property {string|null} [url] UploadUrl url
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of an UploadUrl.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IUploadUrl
                     * @augments distributedkube.api.worker.v1.UploadUrl.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.UploadUrl.$Properties instead.
                     */

                    /**
                     * Shape of an UploadUrl.
                     * @typedef {distributedkube.api.worker.v1.UploadUrl.$Properties} distributedkube.api.worker.v1.UploadUrl.$Shape
                     */

                    /**
                     * Constructs a new UploadUrl.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents an UploadUrl.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.UploadUrl.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const UploadUrl = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * UploadUrl key.
                     * @member {string} key
                     * @memberof distributedkube.api.worker.v1.UploadUrl
                     * @instance
                     */
                    UploadUrl.prototype.key = "";

                    /**
                     * UploadUrl url.
                     * @member {string} url
                     * @memberof distributedkube.api.worker.v1.UploadUrl
                     * @instance
                     */
                    UploadUrl.prototype.url = "";

                    /**
                     * Creates a new UploadUrl instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.UploadUrl
                     * @static
                     * @param {distributedkube.api.worker.v1.UploadUrl.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.UploadUrl} UploadUrl instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.UploadUrl.$Shape): distributedkube.api.worker.v1.UploadUrl & distributedkube.api.worker.v1.UploadUrl.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.UploadUrl.$Properties): distributedkube.api.worker.v1.UploadUrl;
                     * }}
                     */
                    UploadUrl.create = function(properties) {
                        return new UploadUrl(properties);
                    };

                    /**
                     * Encodes the specified UploadUrl message. Does not implicitly {@link distributedkube.api.worker.v1.UploadUrl.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.UploadUrl
                     * @static
                     * @param {distributedkube.api.worker.v1.UploadUrl.$Properties} message UploadUrl message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    UploadUrl.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.key);
                        if (message.url != null && $Object.hasOwnProperty.call(message, "url") && message.url !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.url);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes an UploadUrl message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.UploadUrl
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.UploadUrl & distributedkube.api.worker.v1.UploadUrl.$Shape} UploadUrl
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    UploadUrl.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.UploadUrl();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.key = value;
                                    else
                                        delete message.key;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.url = value;
                                    else
                                        delete message.url;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return UploadUrl;
                })();

                v1.WorkerEvent = (function() {

                    /**
                     * Properties of a WorkerEvent.
                     * @typedef {Object} distributedkube.api.worker.v1.WorkerEvent.$Properties
                     * @property {distributedkube.api.worker.v1.Hello.$Properties|null} [hello] WorkerEvent hello
                     * @property {distributedkube.api.worker.v1.Credit.$Properties|null} [credit] WorkerEvent credit
                     * @property {distributedkube.api.worker.v1.Heartbeat.$Properties|null} [heartbeat] WorkerEvent heartbeat
                     * @property {distributedkube.api.worker.v1.TaskPhase.$Properties|null} [taskPhase] WorkerEvent taskPhase
                     * @property {distributedkube.api.worker.v1.TaskResult.$Properties|null} [taskResult] WorkerEvent taskResult
                     * @property {distributedkube.api.worker.v1.TaskProgress.$Properties|null} [taskProgress] WorkerEvent taskProgress
                     * @property {distributedkube.api.worker.v1.CallRequest.$Properties|null} [callRequest] WorkerEvent callRequest
                     * @property {distributedkube.api.worker.v1.CallCancel.$Properties|null} [callCancel] WorkerEvent callCancel
                     * @property {distributedkube.api.worker.v1.SlotState.$Properties|null} [slotState] WorkerEvent slotState
                     * @property {distributedkube.api.worker.v1.LogBatch.$Properties|null} [logBatch] WorkerEvent logBatch
                     * @property {distributedkube.api.worker.v1.WorkerState.$Properties|null} [workerState] WorkerEvent workerState
                     * @property {"hello"|"credit"|"heartbeat"|"taskPhase"|"taskResult"|"taskProgress"|"callRequest"|"callCancel"|"slotState"|"logBatch"|"workerState"} [event] WorkerEvent event
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a WorkerEvent.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IWorkerEvent
                     * @augments distributedkube.api.worker.v1.WorkerEvent.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.WorkerEvent.$Properties instead.
                     */

                    /**
                     * Narrowed shape of a WorkerEvent.
                     * @typedef {{
                     *   hello?: distributedkube.api.worker.v1.Hello.$Shape|null;
                     *   credit?: distributedkube.api.worker.v1.Credit.$Shape|null;
                     *   heartbeat?: distributedkube.api.worker.v1.Heartbeat.$Shape|null;
                     *   taskPhase?: distributedkube.api.worker.v1.TaskPhase.$Shape|null;
                     *   taskResult?: distributedkube.api.worker.v1.TaskResult.$Shape|null;
                     *   taskProgress?: distributedkube.api.worker.v1.TaskProgress.$Shape|null;
                     *   callRequest?: distributedkube.api.worker.v1.CallRequest.$Shape|null;
                     *   callCancel?: distributedkube.api.worker.v1.CallCancel.$Shape|null;
                     *   slotState?: distributedkube.api.worker.v1.SlotState.$Shape|null;
                     *   logBatch?: distributedkube.api.worker.v1.LogBatch.$Shape|null;
                     *   workerState?: distributedkube.api.worker.v1.WorkerState.$Shape|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ event?: undefined; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "hello"; hello: distributedkube.api.worker.v1.Hello.$Shape; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "credit"; hello?: null; credit: distributedkube.api.worker.v1.Credit.$Shape; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "heartbeat"; hello?: null; credit?: null; heartbeat: distributedkube.api.worker.v1.Heartbeat.$Shape; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "taskPhase"; hello?: null; credit?: null; heartbeat?: null; taskPhase: distributedkube.api.worker.v1.TaskPhase.$Shape; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "taskResult"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult: distributedkube.api.worker.v1.TaskResult.$Shape; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "taskProgress"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress: distributedkube.api.worker.v1.TaskProgress.$Shape; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "callRequest"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest: distributedkube.api.worker.v1.CallRequest.$Shape; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "callCancel"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel: distributedkube.api.worker.v1.CallCancel.$Shape; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "slotState"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState: distributedkube.api.worker.v1.SlotState.$Shape; logBatch?: null; workerState?: null }|{ event?: "logBatch"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch: distributedkube.api.worker.v1.LogBatch.$Shape; workerState?: null }|{ event?: "workerState"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState: distributedkube.api.worker.v1.WorkerState.$Shape })
                     * )} distributedkube.api.worker.v1.WorkerEvent.$Shape
                     */

                    /**
                     * Constructs a new WorkerEvent.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a WorkerEvent.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.WorkerEvent.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const WorkerEvent = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * WorkerEvent hello.
                     * @member {distributedkube.api.worker.v1.Hello.$Properties|null|undefined} hello
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.hello = null;

                    /**
                     * WorkerEvent credit.
                     * @member {distributedkube.api.worker.v1.Credit.$Properties|null|undefined} credit
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.credit = null;

                    /**
                     * WorkerEvent heartbeat.
                     * @member {distributedkube.api.worker.v1.Heartbeat.$Properties|null|undefined} heartbeat
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.heartbeat = null;

                    /**
                     * WorkerEvent taskPhase.
                     * @member {distributedkube.api.worker.v1.TaskPhase.$Properties|null|undefined} taskPhase
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.taskPhase = null;

                    /**
                     * WorkerEvent taskResult.
                     * @member {distributedkube.api.worker.v1.TaskResult.$Properties|null|undefined} taskResult
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.taskResult = null;

                    /**
                     * WorkerEvent taskProgress.
                     * @member {distributedkube.api.worker.v1.TaskProgress.$Properties|null|undefined} taskProgress
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.taskProgress = null;

                    /**
                     * WorkerEvent callRequest.
                     * @member {distributedkube.api.worker.v1.CallRequest.$Properties|null|undefined} callRequest
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.callRequest = null;

                    /**
                     * WorkerEvent callCancel.
                     * @member {distributedkube.api.worker.v1.CallCancel.$Properties|null|undefined} callCancel
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.callCancel = null;

                    /**
                     * WorkerEvent slotState.
                     * @member {distributedkube.api.worker.v1.SlotState.$Properties|null|undefined} slotState
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.slotState = null;

                    /**
                     * WorkerEvent logBatch.
                     * @member {distributedkube.api.worker.v1.LogBatch.$Properties|null|undefined} logBatch
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.logBatch = null;

                    /**
                     * WorkerEvent workerState.
                     * @member {distributedkube.api.worker.v1.WorkerState.$Properties|null|undefined} workerState
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    WorkerEvent.prototype.workerState = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * WorkerEvent event.
                     * @member {"hello"|"credit"|"heartbeat"|"taskPhase"|"taskResult"|"taskProgress"|"callRequest"|"callCancel"|"slotState"|"logBatch"|"workerState"|undefined} event
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @instance
                     */
                    $Object.defineProperty(WorkerEvent.prototype, "event", {
                        get: $util.oneOfGetter($oneOfFields = ["hello", "credit", "heartbeat", "taskPhase", "taskResult", "taskProgress", "callRequest", "callCancel", "slotState", "logBatch", "workerState"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new WorkerEvent instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @static
                     * @param {distributedkube.api.worker.v1.WorkerEvent.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.WorkerEvent} WorkerEvent instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.WorkerEvent.$Shape): distributedkube.api.worker.v1.WorkerEvent & distributedkube.api.worker.v1.WorkerEvent.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.WorkerEvent.$Properties): distributedkube.api.worker.v1.WorkerEvent;
                     * }}
                     */
                    WorkerEvent.create = function(properties) {
                        return new WorkerEvent(properties);
                    };

                    /**
                     * Encodes the specified WorkerEvent message. Does not implicitly {@link distributedkube.api.worker.v1.WorkerEvent.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @static
                     * @param {distributedkube.api.worker.v1.WorkerEvent.$Properties} message WorkerEvent message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    WorkerEvent.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                            $root.distributedkube.api.worker.v1.Hello.encode(message.hello, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.credit != null && $Object.hasOwnProperty.call(message, "credit"))
                            $root.distributedkube.api.worker.v1.Credit.encode(message.credit, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                        if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat"))
                            $root.distributedkube.api.worker.v1.Heartbeat.encode(message.heartbeat, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.taskPhase != null && $Object.hasOwnProperty.call(message, "taskPhase"))
                            $root.distributedkube.api.worker.v1.TaskPhase.encode(message.taskPhase, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                        if (message.taskResult != null && $Object.hasOwnProperty.call(message, "taskResult"))
                            $root.distributedkube.api.worker.v1.TaskResult.encode(message.taskResult, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                        if (message.taskProgress != null && $Object.hasOwnProperty.call(message, "taskProgress"))
                            $root.distributedkube.api.worker.v1.TaskProgress.encode(message.taskProgress, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                        if (message.callRequest != null && $Object.hasOwnProperty.call(message, "callRequest"))
                            $root.distributedkube.api.worker.v1.CallRequest.encode(message.callRequest, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                        if (message.callCancel != null && $Object.hasOwnProperty.call(message, "callCancel"))
                            $root.distributedkube.api.worker.v1.CallCancel.encode(message.callCancel, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                        if (message.slotState != null && $Object.hasOwnProperty.call(message, "slotState"))
                            $root.distributedkube.api.worker.v1.SlotState.encode(message.slotState, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                        if (message.logBatch != null && $Object.hasOwnProperty.call(message, "logBatch"))
                            $root.distributedkube.api.worker.v1.LogBatch.encode(message.logBatch, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                        if (message.workerState != null && $Object.hasOwnProperty.call(message, "workerState"))
                            $root.distributedkube.api.worker.v1.WorkerState.encode(message.workerState, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a WorkerEvent message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.WorkerEvent
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.WorkerEvent & distributedkube.api.worker.v1.WorkerEvent.$Shape} WorkerEvent
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    WorkerEvent.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.WorkerEvent();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.hello = $root.distributedkube.api.worker.v1.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                                    message.event = "hello";
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.credit = $root.distributedkube.api.worker.v1.Credit.decode(reader, reader.size(), $undefined, _depth + 1, message.credit);
                                    message.event = "credit";
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.heartbeat = $root.distributedkube.api.worker.v1.Heartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeat);
                                    message.event = "heartbeat";
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.taskPhase = $root.distributedkube.api.worker.v1.TaskPhase.decode(reader, reader.size(), $undefined, _depth + 1, message.taskPhase);
                                    message.event = "taskPhase";
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    message.taskResult = $root.distributedkube.api.worker.v1.TaskResult.decode(reader, reader.size(), $undefined, _depth + 1, message.taskResult);
                                    message.event = "taskResult";
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    message.taskProgress = $root.distributedkube.api.worker.v1.TaskProgress.decode(reader, reader.size(), $undefined, _depth + 1, message.taskProgress);
                                    message.event = "taskProgress";
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    message.callRequest = $root.distributedkube.api.worker.v1.CallRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.callRequest);
                                    message.event = "callRequest";
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    message.callCancel = $root.distributedkube.api.worker.v1.CallCancel.decode(reader, reader.size(), $undefined, _depth + 1, message.callCancel);
                                    message.event = "callCancel";
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 2)
                                        break;
                                    message.slotState = $root.distributedkube.api.worker.v1.SlotState.decode(reader, reader.size(), $undefined, _depth + 1, message.slotState);
                                    message.event = "slotState";
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    message.logBatch = $root.distributedkube.api.worker.v1.LogBatch.decode(reader, reader.size(), $undefined, _depth + 1, message.logBatch);
                                    message.event = "logBatch";
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 2)
                                        break;
                                    message.workerState = $root.distributedkube.api.worker.v1.WorkerState.decode(reader, reader.size(), $undefined, _depth + 1, message.workerState);
                                    message.event = "workerState";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return WorkerEvent;
                })();

                v1.GatewayEvent = (function() {

                    /**
                     * Properties of a GatewayEvent.
                     * @typedef {Object} distributedkube.api.worker.v1.GatewayEvent.$Properties
                     * @property {distributedkube.api.worker.v1.Welcome.$Properties|null} [welcome] GatewayEvent welcome
                     * @property {distributedkube.api.worker.v1.Reject.$Properties|null} [reject] GatewayEvent reject
                     * @property {distributedkube.api.worker.v1.TaskContext.$Properties|null} [taskContext] GatewayEvent taskContext
                     * @property {distributedkube.api.worker.v1.ContextDrop.$Properties|null} [contextDrop] GatewayEvent contextDrop
                     * @property {distributedkube.api.worker.v1.TaskAssign.$Properties|null} [taskAssign] GatewayEvent taskAssign
                     * @property {distributedkube.api.worker.v1.TaskCancel.$Properties|null} [taskCancel] GatewayEvent taskCancel
                     * @property {distributedkube.api.worker.v1.LeaseRevoked.$Properties|null} [leaseRevoked] GatewayEvent leaseRevoked
                     * @property {distributedkube.api.worker.v1.ResultRefused.$Properties|null} [resultRefused] GatewayEvent resultRefused
                     * @property {distributedkube.api.worker.v1.CallResult.$Properties|null} [callResult] GatewayEvent callResult
                     * @property {distributedkube.api.worker.v1.Drain.$Properties|null} [drain] GatewayEvent drain
                     * @property {distributedkube.api.worker.v1.Exit.$Properties|null} [exit] GatewayEvent exit
                     * @property {distributedkube.api.worker.v1.Reconnect.$Properties|null} [reconnect] GatewayEvent reconnect
                     * @property {distributedkube.api.worker.v1.ConfigUpdate.$Properties|null} [configUpdate] GatewayEvent configUpdate
                     * @property {distributedkube.api.worker.v1.ProtocolError.$Properties|null} [protocolError] GatewayEvent protocolError
                     * @property {"welcome"|"reject"|"taskContext"|"contextDrop"|"taskAssign"|"taskCancel"|"leaseRevoked"|"resultRefused"|"callResult"|"drain"|"exit"|"reconnect"|"configUpdate"|"protocolError"} [event] GatewayEvent event
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a GatewayEvent.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IGatewayEvent
                     * @augments distributedkube.api.worker.v1.GatewayEvent.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.GatewayEvent.$Properties instead.
                     */

                    /**
                     * Narrowed shape of a GatewayEvent.
                     * @typedef {{
                     *   welcome?: distributedkube.api.worker.v1.Welcome.$Shape|null;
                     *   reject?: distributedkube.api.worker.v1.Reject.$Shape|null;
                     *   taskContext?: distributedkube.api.worker.v1.TaskContext.$Shape|null;
                     *   contextDrop?: distributedkube.api.worker.v1.ContextDrop.$Shape|null;
                     *   taskAssign?: distributedkube.api.worker.v1.TaskAssign.$Shape|null;
                     *   taskCancel?: distributedkube.api.worker.v1.TaskCancel.$Shape|null;
                     *   leaseRevoked?: distributedkube.api.worker.v1.LeaseRevoked.$Shape|null;
                     *   resultRefused?: distributedkube.api.worker.v1.ResultRefused.$Shape|null;
                     *   callResult?: distributedkube.api.worker.v1.CallResult.$Shape|null;
                     *   drain?: distributedkube.api.worker.v1.Drain.$Shape|null;
                     *   exit?: distributedkube.api.worker.v1.Exit.$Shape|null;
                     *   reconnect?: distributedkube.api.worker.v1.Reconnect.$Shape|null;
                     *   configUpdate?: distributedkube.api.worker.v1.ConfigUpdate.$Shape|null;
                     *   protocolError?: distributedkube.api.worker.v1.ProtocolError.$Shape|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ event?: undefined; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "welcome"; welcome: distributedkube.api.worker.v1.Welcome.$Shape; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "reject"; welcome?: null; reject: distributedkube.api.worker.v1.Reject.$Shape; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "taskContext"; welcome?: null; reject?: null; taskContext: distributedkube.api.worker.v1.TaskContext.$Shape; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "contextDrop"; welcome?: null; reject?: null; taskContext?: null; contextDrop: distributedkube.api.worker.v1.ContextDrop.$Shape; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "taskAssign"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign: distributedkube.api.worker.v1.TaskAssign.$Shape; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "taskCancel"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel: distributedkube.api.worker.v1.TaskCancel.$Shape; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "leaseRevoked"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked: distributedkube.api.worker.v1.LeaseRevoked.$Shape; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "resultRefused"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused: distributedkube.api.worker.v1.ResultRefused.$Shape; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "callResult"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult: distributedkube.api.worker.v1.CallResult.$Shape; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "drain"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain: distributedkube.api.worker.v1.Drain.$Shape; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "exit"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit: distributedkube.api.worker.v1.Exit.$Shape; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "reconnect"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect: distributedkube.api.worker.v1.Reconnect.$Shape; configUpdate?: null; protocolError?: null }|{ event?: "configUpdate"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate: distributedkube.api.worker.v1.ConfigUpdate.$Shape; protocolError?: null }|{ event?: "protocolError"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError: distributedkube.api.worker.v1.ProtocolError.$Shape })
                     * )} distributedkube.api.worker.v1.GatewayEvent.$Shape
                     */

                    /**
                     * Constructs a new GatewayEvent.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a GatewayEvent.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.GatewayEvent.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const GatewayEvent = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * GatewayEvent welcome.
                     * @member {distributedkube.api.worker.v1.Welcome.$Properties|null|undefined} welcome
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.welcome = null;

                    /**
                     * GatewayEvent reject.
                     * @member {distributedkube.api.worker.v1.Reject.$Properties|null|undefined} reject
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.reject = null;

                    /**
                     * GatewayEvent taskContext.
                     * @member {distributedkube.api.worker.v1.TaskContext.$Properties|null|undefined} taskContext
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.taskContext = null;

                    /**
                     * GatewayEvent contextDrop.
                     * @member {distributedkube.api.worker.v1.ContextDrop.$Properties|null|undefined} contextDrop
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.contextDrop = null;

                    /**
                     * GatewayEvent taskAssign.
                     * @member {distributedkube.api.worker.v1.TaskAssign.$Properties|null|undefined} taskAssign
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.taskAssign = null;

                    /**
                     * GatewayEvent taskCancel.
                     * @member {distributedkube.api.worker.v1.TaskCancel.$Properties|null|undefined} taskCancel
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.taskCancel = null;

                    /**
                     * GatewayEvent leaseRevoked.
                     * @member {distributedkube.api.worker.v1.LeaseRevoked.$Properties|null|undefined} leaseRevoked
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.leaseRevoked = null;

                    /**
                     * GatewayEvent resultRefused.
                     * @member {distributedkube.api.worker.v1.ResultRefused.$Properties|null|undefined} resultRefused
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.resultRefused = null;

                    /**
                     * GatewayEvent callResult.
                     * @member {distributedkube.api.worker.v1.CallResult.$Properties|null|undefined} callResult
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.callResult = null;

                    /**
                     * GatewayEvent drain.
                     * @member {distributedkube.api.worker.v1.Drain.$Properties|null|undefined} drain
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.drain = null;

                    /**
                     * GatewayEvent exit.
                     * @member {distributedkube.api.worker.v1.Exit.$Properties|null|undefined} exit
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.exit = null;

                    /**
                     * GatewayEvent reconnect.
                     * @member {distributedkube.api.worker.v1.Reconnect.$Properties|null|undefined} reconnect
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.reconnect = null;

                    /**
                     * GatewayEvent configUpdate.
                     * @member {distributedkube.api.worker.v1.ConfigUpdate.$Properties|null|undefined} configUpdate
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.configUpdate = null;

                    /**
                     * GatewayEvent protocolError.
                     * @member {distributedkube.api.worker.v1.ProtocolError.$Properties|null|undefined} protocolError
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    GatewayEvent.prototype.protocolError = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * GatewayEvent event.
                     * @member {"welcome"|"reject"|"taskContext"|"contextDrop"|"taskAssign"|"taskCancel"|"leaseRevoked"|"resultRefused"|"callResult"|"drain"|"exit"|"reconnect"|"configUpdate"|"protocolError"|undefined} event
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @instance
                     */
                    $Object.defineProperty(GatewayEvent.prototype, "event", {
                        get: $util.oneOfGetter($oneOfFields = ["welcome", "reject", "taskContext", "contextDrop", "taskAssign", "taskCancel", "leaseRevoked", "resultRefused", "callResult", "drain", "exit", "reconnect", "configUpdate", "protocolError"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new GatewayEvent instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @static
                     * @param {distributedkube.api.worker.v1.GatewayEvent.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.GatewayEvent} GatewayEvent instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.GatewayEvent.$Shape): distributedkube.api.worker.v1.GatewayEvent & distributedkube.api.worker.v1.GatewayEvent.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.GatewayEvent.$Properties): distributedkube.api.worker.v1.GatewayEvent;
                     * }}
                     */
                    GatewayEvent.create = function(properties) {
                        return new GatewayEvent(properties);
                    };

                    /**
                     * Encodes the specified GatewayEvent message. Does not implicitly {@link distributedkube.api.worker.v1.GatewayEvent.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @static
                     * @param {distributedkube.api.worker.v1.GatewayEvent.$Properties} message GatewayEvent message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    GatewayEvent.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                            $root.distributedkube.api.worker.v1.Welcome.encode(message.welcome, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.reject != null && $Object.hasOwnProperty.call(message, "reject"))
                            $root.distributedkube.api.worker.v1.Reject.encode(message.reject, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                        if (message.taskContext != null && $Object.hasOwnProperty.call(message, "taskContext"))
                            $root.distributedkube.api.worker.v1.TaskContext.encode(message.taskContext, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.contextDrop != null && $Object.hasOwnProperty.call(message, "contextDrop"))
                            $root.distributedkube.api.worker.v1.ContextDrop.encode(message.contextDrop, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                        if (message.taskAssign != null && $Object.hasOwnProperty.call(message, "taskAssign"))
                            $root.distributedkube.api.worker.v1.TaskAssign.encode(message.taskAssign, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                        if (message.taskCancel != null && $Object.hasOwnProperty.call(message, "taskCancel"))
                            $root.distributedkube.api.worker.v1.TaskCancel.encode(message.taskCancel, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                        if (message.leaseRevoked != null && $Object.hasOwnProperty.call(message, "leaseRevoked"))
                            $root.distributedkube.api.worker.v1.LeaseRevoked.encode(message.leaseRevoked, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                        if (message.resultRefused != null && $Object.hasOwnProperty.call(message, "resultRefused"))
                            $root.distributedkube.api.worker.v1.ResultRefused.encode(message.resultRefused, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                        if (message.callResult != null && $Object.hasOwnProperty.call(message, "callResult"))
                            $root.distributedkube.api.worker.v1.CallResult.encode(message.callResult, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                        if (message.drain != null && $Object.hasOwnProperty.call(message, "drain"))
                            $root.distributedkube.api.worker.v1.Drain.encode(message.drain, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                        if (message.exit != null && $Object.hasOwnProperty.call(message, "exit"))
                            $root.distributedkube.api.worker.v1.Exit.encode(message.exit, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                        if (message.reconnect != null && $Object.hasOwnProperty.call(message, "reconnect"))
                            $root.distributedkube.api.worker.v1.Reconnect.encode(message.reconnect, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                        if (message.configUpdate != null && $Object.hasOwnProperty.call(message, "configUpdate"))
                            $root.distributedkube.api.worker.v1.ConfigUpdate.encode(message.configUpdate, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                        if (message.protocolError != null && $Object.hasOwnProperty.call(message, "protocolError"))
                            $root.distributedkube.api.worker.v1.ProtocolError.encode(message.protocolError, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a GatewayEvent message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.GatewayEvent
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.GatewayEvent & distributedkube.api.worker.v1.GatewayEvent.$Shape} GatewayEvent
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    GatewayEvent.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.GatewayEvent();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.welcome = $root.distributedkube.api.worker.v1.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                                    message.event = "welcome";
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.reject = $root.distributedkube.api.worker.v1.Reject.decode(reader, reader.size(), $undefined, _depth + 1, message.reject);
                                    message.event = "reject";
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.taskContext = $root.distributedkube.api.worker.v1.TaskContext.decode(reader, reader.size(), $undefined, _depth + 1, message.taskContext);
                                    message.event = "taskContext";
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.contextDrop = $root.distributedkube.api.worker.v1.ContextDrop.decode(reader, reader.size(), $undefined, _depth + 1, message.contextDrop);
                                    message.event = "contextDrop";
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    message.taskAssign = $root.distributedkube.api.worker.v1.TaskAssign.decode(reader, reader.size(), $undefined, _depth + 1, message.taskAssign);
                                    message.event = "taskAssign";
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    message.taskCancel = $root.distributedkube.api.worker.v1.TaskCancel.decode(reader, reader.size(), $undefined, _depth + 1, message.taskCancel);
                                    message.event = "taskCancel";
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    message.leaseRevoked = $root.distributedkube.api.worker.v1.LeaseRevoked.decode(reader, reader.size(), $undefined, _depth + 1, message.leaseRevoked);
                                    message.event = "leaseRevoked";
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    message.resultRefused = $root.distributedkube.api.worker.v1.ResultRefused.decode(reader, reader.size(), $undefined, _depth + 1, message.resultRefused);
                                    message.event = "resultRefused";
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 2)
                                        break;
                                    message.callResult = $root.distributedkube.api.worker.v1.CallResult.decode(reader, reader.size(), $undefined, _depth + 1, message.callResult);
                                    message.event = "callResult";
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    message.drain = $root.distributedkube.api.worker.v1.Drain.decode(reader, reader.size(), $undefined, _depth + 1, message.drain);
                                    message.event = "drain";
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 2)
                                        break;
                                    message.exit = $root.distributedkube.api.worker.v1.Exit.decode(reader, reader.size(), $undefined, _depth + 1, message.exit);
                                    message.event = "exit";
                                    continue;
                                }
                            case 12: {
                                    if (wireType !== 2)
                                        break;
                                    message.reconnect = $root.distributedkube.api.worker.v1.Reconnect.decode(reader, reader.size(), $undefined, _depth + 1, message.reconnect);
                                    message.event = "reconnect";
                                    continue;
                                }
                            case 13: {
                                    if (wireType !== 2)
                                        break;
                                    message.configUpdate = $root.distributedkube.api.worker.v1.ConfigUpdate.decode(reader, reader.size(), $undefined, _depth + 1, message.configUpdate);
                                    message.event = "configUpdate";
                                    continue;
                                }
                            case 14: {
                                    if (wireType !== 2)
                                        break;
                                    message.protocolError = $root.distributedkube.api.worker.v1.ProtocolError.decode(reader, reader.size(), $undefined, _depth + 1, message.protocolError);
                                    message.event = "protocolError";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return GatewayEvent;
                })();

                v1.Hello = (function() {

                    /**
                     * Properties of a Hello.
                     * @typedef {Object} distributedkube.api.worker.v1.Hello.$Properties
                     * @property {number|null} [minMinor] Hello minMinor
                     * @property {number|null} [maxMinor] Hello maxMinor
                     * @property {string|null} [sdkName] Hello sdkName
                     * @property {string|null} [sdkVersion] Hello sdkVersion
                     * @property {string|null} [language] Hello language
                     * @property {distributedkube.api.worker.v1.Hello.Mode|null} [mode] Hello mode
                     * @property {string|null} [algorithmName] Hello algorithmName
                     * @property {string|null} [algorithmVersion] Hello algorithmVersion
                     * @property {string|null} [host] Hello host
                     * @property {number|null} [pid] Hello pid
                     * @property {string|null} [incarnationId] Hello incarnationId
                     * @property {number|null} [slots] Hello slots
                     * @property {Object.<string,string>|null} [labels] Hello labels
                     * @property {Array.<string>|null} [contentTypes] Hello contentTypes
                     * @property {Array.<string>|null} [features] Hello features
                     * @property {distributedkube.api.type.v1.Failure.$Properties|null} [loadError] Hello loadError
                     * @property {distributedkube.api.worker.v1.Resume.$Properties|null} [resume] Hello resume
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Hello.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IHello
                     * @augments distributedkube.api.worker.v1.Hello.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Hello.$Properties instead.
                     */

                    /**
                     * Shape of a Hello.
                     * @typedef {distributedkube.api.worker.v1.Hello.$Properties} distributedkube.api.worker.v1.Hello.$Shape
                     */

                    /**
                     * Constructs a new Hello.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Hello.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Hello.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Hello = function (properties) {
                        this.labels = {};
                        this.contentTypes = [];
                        this.features = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Hello minMinor.
                     * @member {number} minMinor
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.minMinor = 0;

                    /**
                     * Hello maxMinor.
                     * @member {number} maxMinor
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.maxMinor = 0;

                    /**
                     * Hello sdkName.
                     * @member {string} sdkName
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.sdkName = "";

                    /**
                     * Hello sdkVersion.
                     * @member {string} sdkVersion
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.sdkVersion = "";

                    /**
                     * Hello language.
                     * @member {string} language
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.language = "";

                    /**
                     * Hello mode.
                     * @member {distributedkube.api.worker.v1.Hello.Mode} mode
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.mode = 0;

                    /**
                     * Hello algorithmName.
                     * @member {string} algorithmName
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.algorithmName = "";

                    /**
                     * Hello algorithmVersion.
                     * @member {string} algorithmVersion
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.algorithmVersion = "";

                    /**
                     * Hello host.
                     * @member {string} host
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.host = "";

                    /**
                     * Hello pid.
                     * @member {number} pid
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.pid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

                    /**
                     * Hello incarnationId.
                     * @member {string} incarnationId
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.incarnationId = "";

                    /**
                     * Hello slots.
                     * @member {number} slots
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.slots = 0;

                    /**
                     * Hello labels.
                     * @member {Object.<string,string>} labels
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.labels = $util.emptyObject;

                    /**
                     * Hello contentTypes.
                     * @member {Array.<string>} contentTypes
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.contentTypes = $util.emptyArray;

                    /**
                     * Hello features.
                     * @member {Array.<string>} features
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.features = $util.emptyArray;

                    /**
                     * Hello loadError.
                     * @member {distributedkube.api.type.v1.Failure.$Properties|null|undefined} loadError
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.loadError = null;

                    /**
                     * Hello resume.
                     * @member {distributedkube.api.worker.v1.Resume.$Properties|null|undefined} resume
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @instance
                     */
                    Hello.prototype.resume = null;

                    /**
                     * Creates a new Hello instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @static
                     * @param {distributedkube.api.worker.v1.Hello.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Hello} Hello instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Hello.$Shape): distributedkube.api.worker.v1.Hello & distributedkube.api.worker.v1.Hello.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Hello.$Properties): distributedkube.api.worker.v1.Hello;
                     * }}
                     */
                    Hello.create = function(properties) {
                        return new Hello(properties);
                    };

                    /**
                     * Encodes the specified Hello message. Does not implicitly {@link distributedkube.api.worker.v1.Hello.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @static
                     * @param {distributedkube.api.worker.v1.Hello.$Properties} message Hello message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Hello.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.minMinor != null && $Object.hasOwnProperty.call(message, "minMinor") && message.minMinor !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.minMinor);
                        if (message.maxMinor != null && $Object.hasOwnProperty.call(message, "maxMinor") && message.maxMinor !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.maxMinor);
                        if (message.sdkName != null && $Object.hasOwnProperty.call(message, "sdkName") && message.sdkName !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.sdkName);
                        if (message.sdkVersion != null && $Object.hasOwnProperty.call(message, "sdkVersion") && message.sdkVersion !== "")
                            writer.uint32(/* id 4, wireType 2 =*/34).string(message.sdkVersion);
                        if (message.language != null && $Object.hasOwnProperty.call(message, "language") && message.language !== "")
                            writer.uint32(/* id 5, wireType 2 =*/42).string(message.language);
                        if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                            writer.uint32(/* id 6, wireType 0 =*/48).int32(message.mode);
                        if (message.algorithmName != null && $Object.hasOwnProperty.call(message, "algorithmName") && message.algorithmName !== "")
                            writer.uint32(/* id 7, wireType 2 =*/58).string(message.algorithmName);
                        if (message.algorithmVersion != null && $Object.hasOwnProperty.call(message, "algorithmVersion") && message.algorithmVersion !== "")
                            writer.uint32(/* id 8, wireType 2 =*/66).string(message.algorithmVersion);
                        if (message.host != null && $Object.hasOwnProperty.call(message, "host") && message.host !== "")
                            writer.uint32(/* id 9, wireType 2 =*/74).string(message.host);
                        if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && (typeof message.pid === "object" ? message.pid.low || message.pid.high : message.pid !== 0))
                            writer.uint32(/* id 10, wireType 0 =*/80).int64(message.pid);
                        if (message.incarnationId != null && $Object.hasOwnProperty.call(message, "incarnationId") && message.incarnationId !== "")
                            writer.uint32(/* id 11, wireType 2 =*/90).string(message.incarnationId);
                        if (message.slots != null && $Object.hasOwnProperty.call(message, "slots") && message.slots !== 0)
                            writer.uint32(/* id 12, wireType 0 =*/96).uint32(message.slots);
                        if (message.labels != null && $Object.hasOwnProperty.call(message, "labels"))
                            for (let keys = $Object.keys(message.labels), i = 0; i < keys.length; ++i)
                                writer.uint32(/* id 13, wireType 2 =*/106).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.labels[keys[i]]).ldelim();
                        if (message.contentTypes != null && message.contentTypes.length)
                            for (let i = 0; i < message.contentTypes.length; ++i)
                                writer.uint32(/* id 14, wireType 2 =*/114).string(message.contentTypes[i]);
                        if (message.features != null && message.features.length)
                            for (let i = 0; i < message.features.length; ++i)
                                writer.uint32(/* id 15, wireType 2 =*/122).string(message.features[i]);
                        if (message.loadError != null && $Object.hasOwnProperty.call(message, "loadError"))
                            $root.distributedkube.api.type.v1.Failure.encode(message.loadError, writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
                        if (message.resume != null && $Object.hasOwnProperty.call(message, "resume"))
                            $root.distributedkube.api.worker.v1.Resume.encode(message.resume, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Hello message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Hello
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Hello & distributedkube.api.worker.v1.Hello.$Shape} Hello
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Hello.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, key, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Hello();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.minMinor = value;
                                    else
                                        delete message.minMinor;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.maxMinor = value;
                                    else
                                        delete message.maxMinor;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sdkName = value;
                                    else
                                        delete message.sdkName;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sdkVersion = value;
                                    else
                                        delete message.sdkVersion;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.language = value;
                                    else
                                        delete message.language;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.mode = value;
                                    else
                                        delete message.mode;
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.algorithmName = value;
                                    else
                                        delete message.algorithmName;
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.algorithmVersion = value;
                                    else
                                        delete message.algorithmVersion;
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.host = value;
                                    else
                                        delete message.host;
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                        message.pid = value;
                                    else
                                        delete message.pid;
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.incarnationId = value;
                                    else
                                        delete message.incarnationId;
                                    continue;
                                }
                            case 12: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.slots = value;
                                    else
                                        delete message.slots;
                                    continue;
                                }
                            case 13: {
                                    if (wireType !== 2)
                                        break;
                                    if (message.labels === $util.emptyObject)
                                        message.labels = {};
                                    let end2 = reader.size() + reader.pos;
                                    if (end2 > reader.len)
                                        throw $RangeError("index out of range");
                                    reader.len = end2;
                                    key = "";
                                    value = "";
                                    while (reader.pos < end2) {
                                        let tag2 = reader.tag();
                                        wireType = tag2 & 7;
                                        switch (tag2 >>>= 3) {
                                        case 1:
                                            if (wireType !== 2)
                                                break;
                                            key = reader.stringVerify();
                                            continue;
                                        case 2:
                                            if (wireType !== 2)
                                                break;
                                            value = reader.stringVerify();
                                            continue;
                                        }
                                        reader.skipType(wireType, _depth, tag2);
                                    }
                                    if (reader.pos !== end2)
                                        throw $RangeError("index out of range");
                                    reader.len = end;
                                    if (key === "__proto__")
                                        $util.makeProp(message.labels, key);
                                    message.labels[key] = value;
                                    continue;
                                }
                            case 14: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.contentTypes && message.contentTypes.length))
                                        message.contentTypes = [];
                                    message.contentTypes.push(reader.stringVerify());
                                    continue;
                                }
                            case 15: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.features && message.features.length))
                                        message.features = [];
                                    message.features.push(reader.stringVerify());
                                    continue;
                                }
                            case 16: {
                                    if (wireType !== 2)
                                        break;
                                    message.loadError = $root.distributedkube.api.type.v1.Failure.decode(reader, reader.size(), $undefined, _depth + 1, message.loadError);
                                    continue;
                                }
                            case 17: {
                                    if (wireType !== 2)
                                        break;
                                    message.resume = $root.distributedkube.api.worker.v1.Resume.decode(reader, reader.size(), $undefined, _depth + 1, message.resume);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * Mode enum.
                     * @name distributedkube.api.worker.v1.Hello.Mode
                     * @enum {number}
                     * @property {number} MODE_UNSPECIFIED=0 MODE_UNSPECIFIED value
                     * @property {number} MODE_HOT=1 MODE_HOT value
                     * @property {number} MODE_DEBUG=2 MODE_DEBUG value
                     * @property {number} MODE_DEV=3 MODE_DEV value
                     */
                    Hello.Mode = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "MODE_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "MODE_HOT"] = 1;
                        values[valuesById[2] = "MODE_DEBUG"] = 2;
                        values[valuesById[3] = "MODE_DEV"] = 3;
                        return values;
                    })();

                    return Hello;
                })();

                v1.Resume = (function() {

                    /**
                     * Properties of a Resume.
                     * @typedef {Object} distributedkube.api.worker.v1.Resume.$Properties
                     * @property {string|null} [sessionId] Resume sessionId
                     * @property {number|null} [lastSeq] Resume lastSeq
                     * @property {Array.<Uint8Array>|null} [heldTokens] Resume heldTokens
                     * @property {number|null} [assignedTasks] Resume assignedTasks
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Resume.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IResume
                     * @augments distributedkube.api.worker.v1.Resume.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Resume.$Properties instead.
                     */

                    /**
                     * Shape of a Resume.
                     * @typedef {distributedkube.api.worker.v1.Resume.$Properties} distributedkube.api.worker.v1.Resume.$Shape
                     */

                    /**
                     * Constructs a new Resume.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Resume.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Resume.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Resume = function (properties) {
                        this.heldTokens = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Resume sessionId.
                     * @member {string} sessionId
                     * @memberof distributedkube.api.worker.v1.Resume
                     * @instance
                     */
                    Resume.prototype.sessionId = "";

                    /**
                     * Resume lastSeq.
                     * @member {number} lastSeq
                     * @memberof distributedkube.api.worker.v1.Resume
                     * @instance
                     */
                    Resume.prototype.lastSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * Resume heldTokens.
                     * @member {Array.<Uint8Array>} heldTokens
                     * @memberof distributedkube.api.worker.v1.Resume
                     * @instance
                     */
                    Resume.prototype.heldTokens = $util.emptyArray;

                    /**
                     * Resume assignedTasks.
                     * @member {number} assignedTasks
                     * @memberof distributedkube.api.worker.v1.Resume
                     * @instance
                     */
                    Resume.prototype.assignedTasks = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * Creates a new Resume instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Resume
                     * @static
                     * @param {distributedkube.api.worker.v1.Resume.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Resume} Resume instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Resume.$Shape): distributedkube.api.worker.v1.Resume & distributedkube.api.worker.v1.Resume.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Resume.$Properties): distributedkube.api.worker.v1.Resume;
                     * }}
                     */
                    Resume.create = function(properties) {
                        return new Resume(properties);
                    };

                    /**
                     * Encodes the specified Resume message. Does not implicitly {@link distributedkube.api.worker.v1.Resume.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Resume
                     * @static
                     * @param {distributedkube.api.worker.v1.Resume.$Properties} message Resume message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Resume.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.sessionId);
                        if (message.lastSeq != null && $Object.hasOwnProperty.call(message, "lastSeq") && (typeof message.lastSeq === "object" ? message.lastSeq.low || message.lastSeq.high : message.lastSeq !== 0))
                            writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.lastSeq);
                        if (message.heldTokens != null && message.heldTokens.length)
                            for (let i = 0; i < message.heldTokens.length; ++i)
                                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.heldTokens[i]);
                        if (message.assignedTasks != null && $Object.hasOwnProperty.call(message, "assignedTasks") && (typeof message.assignedTasks === "object" ? message.assignedTasks.low || message.assignedTasks.high : message.assignedTasks !== 0))
                            writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.assignedTasks);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Resume message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Resume
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Resume & distributedkube.api.worker.v1.Resume.$Shape} Resume
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Resume.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Resume();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.lastSeq = value;
                                    else
                                        delete message.lastSeq;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.heldTokens && message.heldTokens.length))
                                        message.heldTokens = [];
                                    message.heldTokens.push(reader.bytes());
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.assignedTasks = value;
                                    else
                                        delete message.assignedTasks;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Resume;
                })();

                v1.Welcome = (function() {

                    /**
                     * Properties of a Welcome.
                     * @typedef {Object} distributedkube.api.worker.v1.Welcome.$Properties
                     * @property {string|null} [sessionId] Welcome sessionId
                     * @property {number|null} [minor] Welcome minor
                     * @property {google.protobuf.Duration.$Properties|null} [heartbeatInterval] Welcome heartbeatInterval
                     * @property {google.protobuf.Duration.$Properties|null} [leaseTtl] Welcome leaseTtl
                     * @property {google.protobuf.Duration.$Properties|null} [resumeGrace] Welcome resumeGrace
                     * @property {distributedkube.api.worker.v1.Limits.$Properties|null} [limits] Welcome limits
                     * @property {Array.<string>|null} [features] Welcome features
                     * @property {google.protobuf.Timestamp.$Properties|null} [serverTime] Welcome serverTime
                     * @property {boolean|null} [resumed] Welcome resumed
                     * @property {Array.<Uint8Array>|null} [dropTokens] Welcome dropTokens
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Welcome.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IWelcome
                     * @augments distributedkube.api.worker.v1.Welcome.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Welcome.$Properties instead.
                     */

                    /**
                     * Shape of a Welcome.
                     * @typedef {distributedkube.api.worker.v1.Welcome.$Properties} distributedkube.api.worker.v1.Welcome.$Shape
                     */

                    /**
                     * Constructs a new Welcome.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Welcome.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Welcome.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Welcome = function (properties) {
                        this.features = [];
                        this.dropTokens = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Welcome sessionId.
                     * @member {string} sessionId
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.sessionId = "";

                    /**
                     * Welcome minor.
                     * @member {number} minor
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.minor = 0;

                    /**
                     * Welcome heartbeatInterval.
                     * @member {google.protobuf.Duration.$Properties|null|undefined} heartbeatInterval
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.heartbeatInterval = null;

                    /**
                     * Welcome leaseTtl.
                     * @member {google.protobuf.Duration.$Properties|null|undefined} leaseTtl
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.leaseTtl = null;

                    /**
                     * Welcome resumeGrace.
                     * @member {google.protobuf.Duration.$Properties|null|undefined} resumeGrace
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.resumeGrace = null;

                    /**
                     * Welcome limits.
                     * @member {distributedkube.api.worker.v1.Limits.$Properties|null|undefined} limits
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.limits = null;

                    /**
                     * Welcome features.
                     * @member {Array.<string>} features
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.features = $util.emptyArray;

                    /**
                     * Welcome serverTime.
                     * @member {google.protobuf.Timestamp.$Properties|null|undefined} serverTime
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.serverTime = null;

                    /**
                     * Welcome resumed.
                     * @member {boolean} resumed
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.resumed = false;

                    /**
                     * Welcome dropTokens.
                     * @member {Array.<Uint8Array>} dropTokens
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @instance
                     */
                    Welcome.prototype.dropTokens = $util.emptyArray;

                    /**
                     * Creates a new Welcome instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @static
                     * @param {distributedkube.api.worker.v1.Welcome.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Welcome} Welcome instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Welcome.$Shape): distributedkube.api.worker.v1.Welcome & distributedkube.api.worker.v1.Welcome.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Welcome.$Properties): distributedkube.api.worker.v1.Welcome;
                     * }}
                     */
                    Welcome.create = function(properties) {
                        return new Welcome(properties);
                    };

                    /**
                     * Encodes the specified Welcome message. Does not implicitly {@link distributedkube.api.worker.v1.Welcome.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @static
                     * @param {distributedkube.api.worker.v1.Welcome.$Properties} message Welcome message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Welcome.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.sessionId);
                        if (message.minor != null && $Object.hasOwnProperty.call(message, "minor") && message.minor !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.minor);
                        if (message.heartbeatInterval != null && $Object.hasOwnProperty.call(message, "heartbeatInterval"))
                            $root.google.protobuf.Duration.encode(message.heartbeatInterval, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.leaseTtl != null && $Object.hasOwnProperty.call(message, "leaseTtl"))
                            $root.google.protobuf.Duration.encode(message.leaseTtl, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                        if (message.resumeGrace != null && $Object.hasOwnProperty.call(message, "resumeGrace"))
                            $root.google.protobuf.Duration.encode(message.resumeGrace, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                        if (message.limits != null && $Object.hasOwnProperty.call(message, "limits"))
                            $root.distributedkube.api.worker.v1.Limits.encode(message.limits, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                        if (message.features != null && message.features.length)
                            for (let i = 0; i < message.features.length; ++i)
                                writer.uint32(/* id 7, wireType 2 =*/58).string(message.features[i]);
                        if (message.serverTime != null && $Object.hasOwnProperty.call(message, "serverTime"))
                            $root.google.protobuf.Timestamp.encode(message.serverTime, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                        if (message.resumed != null && $Object.hasOwnProperty.call(message, "resumed") && message.resumed !== false)
                            writer.uint32(/* id 9, wireType 0 =*/72).bool(message.resumed);
                        if (message.dropTokens != null && message.dropTokens.length)
                            for (let i = 0; i < message.dropTokens.length; ++i)
                                writer.uint32(/* id 10, wireType 2 =*/82).bytes(message.dropTokens[i]);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Welcome message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Welcome
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Welcome & distributedkube.api.worker.v1.Welcome.$Shape} Welcome
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Welcome.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Welcome();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sessionId = value;
                                    else
                                        delete message.sessionId;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.minor = value;
                                    else
                                        delete message.minor;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.heartbeatInterval = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeatInterval);
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.leaseTtl = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.leaseTtl);
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    message.resumeGrace = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.resumeGrace);
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    message.limits = $root.distributedkube.api.worker.v1.Limits.decode(reader, reader.size(), $undefined, _depth + 1, message.limits);
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.features && message.features.length))
                                        message.features = [];
                                    message.features.push(reader.stringVerify());
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    message.serverTime = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.serverTime);
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.resumed = value;
                                    else
                                        delete message.resumed;
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.dropTokens && message.dropTokens.length))
                                        message.dropTokens = [];
                                    message.dropTokens.push(reader.bytes());
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Welcome;
                })();

                v1.Limits = (function() {

                    /**
                     * Properties of a Limits.
                     * @typedef {Object} distributedkube.api.worker.v1.Limits.$Properties
                     * @property {number|null} [maxInlineBytes] Limits maxInlineBytes
                     * @property {number|null} [maxFrameBytes] Limits maxFrameBytes
                     * @property {number|null} [maxFrameEvents] Limits maxFrameEvents
                     * @property {number|null} [maxUnackedResults] Limits maxUnackedResults
                     * @property {number|null} [maxPrefetch] Limits maxPrefetch
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Limits.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ILimits
                     * @augments distributedkube.api.worker.v1.Limits.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Limits.$Properties instead.
                     */

                    /**
                     * Shape of a Limits.
                     * @typedef {distributedkube.api.worker.v1.Limits.$Properties} distributedkube.api.worker.v1.Limits.$Shape
                     */

                    /**
                     * Constructs a new Limits.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Limits.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Limits.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Limits = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Limits maxInlineBytes.
                     * @member {number} maxInlineBytes
                     * @memberof distributedkube.api.worker.v1.Limits
                     * @instance
                     */
                    Limits.prototype.maxInlineBytes = 0;

                    /**
                     * Limits maxFrameBytes.
                     * @member {number} maxFrameBytes
                     * @memberof distributedkube.api.worker.v1.Limits
                     * @instance
                     */
                    Limits.prototype.maxFrameBytes = 0;

                    /**
                     * Limits maxFrameEvents.
                     * @member {number} maxFrameEvents
                     * @memberof distributedkube.api.worker.v1.Limits
                     * @instance
                     */
                    Limits.prototype.maxFrameEvents = 0;

                    /**
                     * Limits maxUnackedResults.
                     * @member {number} maxUnackedResults
                     * @memberof distributedkube.api.worker.v1.Limits
                     * @instance
                     */
                    Limits.prototype.maxUnackedResults = 0;

                    /**
                     * Limits maxPrefetch.
                     * @member {number} maxPrefetch
                     * @memberof distributedkube.api.worker.v1.Limits
                     * @instance
                     */
                    Limits.prototype.maxPrefetch = 0;

                    /**
                     * Creates a new Limits instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Limits
                     * @static
                     * @param {distributedkube.api.worker.v1.Limits.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Limits} Limits instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Limits.$Shape): distributedkube.api.worker.v1.Limits & distributedkube.api.worker.v1.Limits.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Limits.$Properties): distributedkube.api.worker.v1.Limits;
                     * }}
                     */
                    Limits.create = function(properties) {
                        return new Limits(properties);
                    };

                    /**
                     * Encodes the specified Limits message. Does not implicitly {@link distributedkube.api.worker.v1.Limits.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Limits
                     * @static
                     * @param {distributedkube.api.worker.v1.Limits.$Properties} message Limits message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Limits.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.maxInlineBytes != null && $Object.hasOwnProperty.call(message, "maxInlineBytes") && message.maxInlineBytes !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.maxInlineBytes);
                        if (message.maxFrameBytes != null && $Object.hasOwnProperty.call(message, "maxFrameBytes") && message.maxFrameBytes !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.maxFrameBytes);
                        if (message.maxFrameEvents != null && $Object.hasOwnProperty.call(message, "maxFrameEvents") && message.maxFrameEvents !== 0)
                            writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.maxFrameEvents);
                        if (message.maxUnackedResults != null && $Object.hasOwnProperty.call(message, "maxUnackedResults") && message.maxUnackedResults !== 0)
                            writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.maxUnackedResults);
                        if (message.maxPrefetch != null && $Object.hasOwnProperty.call(message, "maxPrefetch") && message.maxPrefetch !== 0)
                            writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.maxPrefetch);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Limits message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Limits
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Limits & distributedkube.api.worker.v1.Limits.$Shape} Limits
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Limits.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Limits();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.maxInlineBytes = value;
                                    else
                                        delete message.maxInlineBytes;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.maxFrameBytes = value;
                                    else
                                        delete message.maxFrameBytes;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.maxFrameEvents = value;
                                    else
                                        delete message.maxFrameEvents;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.maxUnackedResults = value;
                                    else
                                        delete message.maxUnackedResults;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.maxPrefetch = value;
                                    else
                                        delete message.maxPrefetch;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Limits;
                })();

                v1.Reject = (function() {

                    /**
                     * Properties of a Reject.
                     * @typedef {Object} distributedkube.api.worker.v1.Reject.$Properties
                     * @property {distributedkube.api.worker.v1.Reject.Code|null} [code] Reject code
                     * @property {string|null} [message] Reject message
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Reject.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IReject
                     * @augments distributedkube.api.worker.v1.Reject.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Reject.$Properties instead.
                     */

                    /**
                     * Shape of a Reject.
                     * @typedef {distributedkube.api.worker.v1.Reject.$Properties} distributedkube.api.worker.v1.Reject.$Shape
                     */

                    /**
                     * Constructs a new Reject.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Reject.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Reject.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Reject = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Reject code.
                     * @member {distributedkube.api.worker.v1.Reject.Code} code
                     * @memberof distributedkube.api.worker.v1.Reject
                     * @instance
                     */
                    Reject.prototype.code = 0;

                    /**
                     * Reject message.
                     * @member {string} message
                     * @memberof distributedkube.api.worker.v1.Reject
                     * @instance
                     */
                    Reject.prototype.message = "";

                    /**
                     * Creates a new Reject instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Reject
                     * @static
                     * @param {distributedkube.api.worker.v1.Reject.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Reject} Reject instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Reject.$Shape): distributedkube.api.worker.v1.Reject & distributedkube.api.worker.v1.Reject.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Reject.$Properties): distributedkube.api.worker.v1.Reject;
                     * }}
                     */
                    Reject.create = function(properties) {
                        return new Reject(properties);
                    };

                    /**
                     * Encodes the specified Reject message. Does not implicitly {@link distributedkube.api.worker.v1.Reject.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Reject
                     * @static
                     * @param {distributedkube.api.worker.v1.Reject.$Properties} message Reject message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Reject.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).int32(message.code);
                        if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Reject message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Reject
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Reject & distributedkube.api.worker.v1.Reject.$Shape} Reject
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Reject.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Reject();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.code = value;
                                    else
                                        delete message.code;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.message = value;
                                    else
                                        delete message.message;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * Code enum.
                     * @name distributedkube.api.worker.v1.Reject.Code
                     * @enum {number}
                     * @property {number} CODE_UNSPECIFIED=0 CODE_UNSPECIFIED value
                     * @property {number} CODE_VERSION=1 CODE_VERSION value
                     * @property {number} CODE_ALGORITHM=2 CODE_ALGORITHM value
                     * @property {number} CODE_UNAUTHENTICATED=3 CODE_UNAUTHENTICATED value
                     * @property {number} CODE_ALREADY_CONNECTED=4 CODE_ALREADY_CONNECTED value
                     * @property {number} CODE_UNAVAILABLE=5 CODE_UNAVAILABLE value
                     */
                    Reject.Code = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "CODE_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "CODE_VERSION"] = 1;
                        values[valuesById[2] = "CODE_ALGORITHM"] = 2;
                        values[valuesById[3] = "CODE_UNAUTHENTICATED"] = 3;
                        values[valuesById[4] = "CODE_ALREADY_CONNECTED"] = 4;
                        values[valuesById[5] = "CODE_UNAVAILABLE"] = 5;
                        return values;
                    })();

                    return Reject;
                })();

                v1.Credit = (function() {

                    /**
                     * Properties of a Credit.
                     * @typedef {Object} distributedkube.api.worker.v1.Credit.$Properties
                     * @property {number|null} [maxTasks] Credit maxTasks
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Credit.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ICredit
                     * @augments distributedkube.api.worker.v1.Credit.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Credit.$Properties instead.
                     */

                    /**
                     * Shape of a Credit.
                     * @typedef {distributedkube.api.worker.v1.Credit.$Properties} distributedkube.api.worker.v1.Credit.$Shape
                     */

                    /**
                     * Constructs a new Credit.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Credit.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Credit.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Credit = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Credit maxTasks.
                     * @member {number} maxTasks
                     * @memberof distributedkube.api.worker.v1.Credit
                     * @instance
                     */
                    Credit.prototype.maxTasks = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * Creates a new Credit instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Credit
                     * @static
                     * @param {distributedkube.api.worker.v1.Credit.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Credit} Credit instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Credit.$Shape): distributedkube.api.worker.v1.Credit & distributedkube.api.worker.v1.Credit.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Credit.$Properties): distributedkube.api.worker.v1.Credit;
                     * }}
                     */
                    Credit.create = function(properties) {
                        return new Credit(properties);
                    };

                    /**
                     * Encodes the specified Credit message. Does not implicitly {@link distributedkube.api.worker.v1.Credit.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Credit
                     * @static
                     * @param {distributedkube.api.worker.v1.Credit.$Properties} message Credit message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Credit.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.maxTasks != null && $Object.hasOwnProperty.call(message, "maxTasks") && (typeof message.maxTasks === "object" ? message.maxTasks.low || message.maxTasks.high : message.maxTasks !== 0))
                            writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.maxTasks);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Credit message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Credit
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Credit & distributedkube.api.worker.v1.Credit.$Shape} Credit
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Credit.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Credit();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.maxTasks = value;
                                    else
                                        delete message.maxTasks;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Credit;
                })();

                v1.Heartbeat = (function() {

                    /**
                     * Properties of a Heartbeat.
                     * @typedef {Object} distributedkube.api.worker.v1.Heartbeat.$Properties
                     * @property {number|null} [running] Heartbeat running
                     * @property {number|null} [cpu] Heartbeat cpu
                     * @property {number|null} [rssBytes] Heartbeat rssBytes
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Heartbeat.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IHeartbeat
                     * @augments distributedkube.api.worker.v1.Heartbeat.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Heartbeat.$Properties instead.
                     */

                    /**
                     * Shape of a Heartbeat.
                     * @typedef {distributedkube.api.worker.v1.Heartbeat.$Properties} distributedkube.api.worker.v1.Heartbeat.$Shape
                     */

                    /**
                     * Constructs a new Heartbeat.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Heartbeat.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Heartbeat.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Heartbeat = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Heartbeat running.
                     * @member {number} running
                     * @memberof distributedkube.api.worker.v1.Heartbeat
                     * @instance
                     */
                    Heartbeat.prototype.running = 0;

                    /**
                     * Heartbeat cpu.
                     * @member {number} cpu
                     * @memberof distributedkube.api.worker.v1.Heartbeat
                     * @instance
                     */
                    Heartbeat.prototype.cpu = 0;

                    /**
                     * Heartbeat rssBytes.
                     * @member {number} rssBytes
                     * @memberof distributedkube.api.worker.v1.Heartbeat
                     * @instance
                     */
                    Heartbeat.prototype.rssBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * Creates a new Heartbeat instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Heartbeat
                     * @static
                     * @param {distributedkube.api.worker.v1.Heartbeat.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Heartbeat} Heartbeat instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Heartbeat.$Shape): distributedkube.api.worker.v1.Heartbeat & distributedkube.api.worker.v1.Heartbeat.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Heartbeat.$Properties): distributedkube.api.worker.v1.Heartbeat;
                     * }}
                     */
                    Heartbeat.create = function(properties) {
                        return new Heartbeat(properties);
                    };

                    /**
                     * Encodes the specified Heartbeat message. Does not implicitly {@link distributedkube.api.worker.v1.Heartbeat.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Heartbeat
                     * @static
                     * @param {distributedkube.api.worker.v1.Heartbeat.$Properties} message Heartbeat message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Heartbeat.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.running != null && $Object.hasOwnProperty.call(message, "running") && message.running !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.running);
                        if (message.cpu != null && $Object.hasOwnProperty.call(message, "cpu") && !$Object.is(message.cpu, 0))
                            writer.uint32(/* id 2, wireType 1 =*/17).double(message.cpu);
                        if (message.rssBytes != null && $Object.hasOwnProperty.call(message, "rssBytes") && (typeof message.rssBytes === "object" ? message.rssBytes.low || message.rssBytes.high : message.rssBytes !== 0))
                            writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.rssBytes);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Heartbeat message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Heartbeat
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Heartbeat & distributedkube.api.worker.v1.Heartbeat.$Shape} Heartbeat
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Heartbeat.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Heartbeat();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.running = value;
                                    else
                                        delete message.running;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 1)
                                        break;
                                    if (!$Object.is(value = reader.double(), 0))
                                        message.cpu = value;
                                    else
                                        delete message.cpu;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.rssBytes = value;
                                    else
                                        delete message.rssBytes;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Heartbeat;
                })();

                v1.TaskPhase = (function() {

                    /**
                     * Properties of a TaskPhase.
                     * @typedef {Object} distributedkube.api.worker.v1.TaskPhase.$Properties
                     * @property {Uint8Array|null} [token] TaskPhase token
                     * @property {distributedkube.api.worker.v1.TaskPhase.Phase|null} [phase] TaskPhase phase
                     * @property {google.protobuf.Timestamp.$Properties|null} [since] TaskPhase since
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a TaskPhase.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ITaskPhase
                     * @augments distributedkube.api.worker.v1.TaskPhase.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.TaskPhase.$Properties instead.
                     */

                    /**
                     * Shape of a TaskPhase.
                     * @typedef {distributedkube.api.worker.v1.TaskPhase.$Properties} distributedkube.api.worker.v1.TaskPhase.$Shape
                     */

                    /**
                     * Constructs a new TaskPhase.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a TaskPhase.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.TaskPhase.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const TaskPhase = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * TaskPhase token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.TaskPhase
                     * @instance
                     */
                    TaskPhase.prototype.token = $util.newBuffer([]);

                    /**
                     * TaskPhase phase.
                     * @member {distributedkube.api.worker.v1.TaskPhase.Phase} phase
                     * @memberof distributedkube.api.worker.v1.TaskPhase
                     * @instance
                     */
                    TaskPhase.prototype.phase = 0;

                    /**
                     * TaskPhase since.
                     * @member {google.protobuf.Timestamp.$Properties|null|undefined} since
                     * @memberof distributedkube.api.worker.v1.TaskPhase
                     * @instance
                     */
                    TaskPhase.prototype.since = null;

                    /**
                     * Creates a new TaskPhase instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.TaskPhase
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskPhase.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.TaskPhase} TaskPhase instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.TaskPhase.$Shape): distributedkube.api.worker.v1.TaskPhase & distributedkube.api.worker.v1.TaskPhase.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.TaskPhase.$Properties): distributedkube.api.worker.v1.TaskPhase;
                     * }}
                     */
                    TaskPhase.create = function(properties) {
                        return new TaskPhase(properties);
                    };

                    /**
                     * Encodes the specified TaskPhase message. Does not implicitly {@link distributedkube.api.worker.v1.TaskPhase.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.TaskPhase
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskPhase.$Properties} message TaskPhase message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    TaskPhase.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.phase != null && $Object.hasOwnProperty.call(message, "phase") && message.phase !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).int32(message.phase);
                        if (message.since != null && $Object.hasOwnProperty.call(message, "since"))
                            $root.google.protobuf.Timestamp.encode(message.since, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a TaskPhase message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.TaskPhase
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskPhase & distributedkube.api.worker.v1.TaskPhase.$Shape} TaskPhase
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    TaskPhase.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.TaskPhase();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.phase = value;
                                    else
                                        delete message.phase;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.since = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.since);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * Phase enum.
                     * @name distributedkube.api.worker.v1.TaskPhase.Phase
                     * @enum {number}
                     * @property {number} PHASE_UNSPECIFIED=0 PHASE_UNSPECIFIED value
                     * @property {number} PHASE_FETCHING=1 PHASE_FETCHING value
                     * @property {number} PHASE_INIT=2 PHASE_INIT value
                     * @property {number} PHASE_RUNNING=3 PHASE_RUNNING value
                     * @property {number} PHASE_STORING=4 PHASE_STORING value
                     * @property {number} PHASE_STOPPING=5 PHASE_STOPPING value
                     */
                    TaskPhase.Phase = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "PHASE_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "PHASE_FETCHING"] = 1;
                        values[valuesById[2] = "PHASE_INIT"] = 2;
                        values[valuesById[3] = "PHASE_RUNNING"] = 3;
                        values[valuesById[4] = "PHASE_STORING"] = 4;
                        values[valuesById[5] = "PHASE_STOPPING"] = 5;
                        return values;
                    })();

                    return TaskPhase;
                })();

                v1.TaskContext = (function() {

                    /**
                     * Properties of a TaskContext.
                     * @typedef {Object} distributedkube.api.worker.v1.TaskContext.$Properties
                     * @property {number|null} [context] TaskContext context
                     * @property {string|null} [jobId] TaskContext jobId
                     * @property {string|null} [nodeName] TaskContext nodeName
                     * @property {string|null} [pipelineName] TaskContext pipelineName
                     * @property {string|null} [algorithmName] TaskContext algorithmName
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [args] TaskContext args
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [input] TaskContext input
                     * @property {Array.<distributedkube.api.worker.v1.InputSource.$Properties>|null} [sources] TaskContext sources
                     * @property {Array.<distributedkube.api.worker.v1.InputBinding.$Properties>|null} [bindings] TaskContext bindings
                     * @property {Array.<string>|null} [savePaths] TaskContext savePaths
                     * @property {google.protobuf.Duration.$Properties|null} [ttl] TaskContext ttl
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a TaskContext.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ITaskContext
                     * @augments distributedkube.api.worker.v1.TaskContext.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.TaskContext.$Properties instead.
                     */

                    /**
                     * Shape of a TaskContext.
                     * @typedef {{
                     *   context?: number|null;
                     *   jobId?: string|null;
                     *   nodeName?: string|null;
                     *   pipelineName?: string|null;
                     *   algorithmName?: string|null;
                     *   args?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   input?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   sources?: Array.<distributedkube.api.worker.v1.InputSource.$Shape>|null;
                     *   bindings?: Array.<distributedkube.api.worker.v1.InputBinding.$Shape>|null;
                     *   savePaths?: Array.<string>|null;
                     *   ttl?: google.protobuf.Duration.$Shape|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * }} distributedkube.api.worker.v1.TaskContext.$Shape
                     */

                    /**
                     * Constructs a new TaskContext.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a TaskContext.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.TaskContext.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const TaskContext = function (properties) {
                        this.sources = [];
                        this.bindings = [];
                        this.savePaths = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * TaskContext context.
                     * @member {number} context
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.context = 0;

                    /**
                     * TaskContext jobId.
                     * @member {string} jobId
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.jobId = "";

                    /**
                     * TaskContext nodeName.
                     * @member {string} nodeName
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.nodeName = "";

                    /**
                     * TaskContext pipelineName.
                     * @member {string} pipelineName
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.pipelineName = "";

                    /**
                     * TaskContext algorithmName.
                     * @member {string} algorithmName
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.algorithmName = "";

                    /**
                     * TaskContext args.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} args
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.args = null;

                    /**
                     * TaskContext input.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} input
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.input = null;

                    /**
                     * TaskContext sources.
                     * @member {Array.<distributedkube.api.worker.v1.InputSource.$Properties>} sources
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.sources = $util.emptyArray;

                    /**
                     * TaskContext bindings.
                     * @member {Array.<distributedkube.api.worker.v1.InputBinding.$Properties>} bindings
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.bindings = $util.emptyArray;

                    /**
                     * TaskContext savePaths.
                     * @member {Array.<string>} savePaths
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.savePaths = $util.emptyArray;

                    /**
                     * TaskContext ttl.
                     * @member {google.protobuf.Duration.$Properties|null|undefined} ttl
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @instance
                     */
                    TaskContext.prototype.ttl = null;

                    /**
                     * Creates a new TaskContext instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskContext.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.TaskContext} TaskContext instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.TaskContext.$Shape): distributedkube.api.worker.v1.TaskContext & distributedkube.api.worker.v1.TaskContext.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.TaskContext.$Properties): distributedkube.api.worker.v1.TaskContext;
                     * }}
                     */
                    TaskContext.create = function(properties) {
                        return new TaskContext(properties);
                    };

                    /**
                     * Encodes the specified TaskContext message. Does not implicitly {@link distributedkube.api.worker.v1.TaskContext.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskContext.$Properties} message TaskContext message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    TaskContext.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.context);
                        if (message.jobId != null && $Object.hasOwnProperty.call(message, "jobId") && message.jobId !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.jobId);
                        if (message.nodeName != null && $Object.hasOwnProperty.call(message, "nodeName") && message.nodeName !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.nodeName);
                        if (message.pipelineName != null && $Object.hasOwnProperty.call(message, "pipelineName") && message.pipelineName !== "")
                            writer.uint32(/* id 4, wireType 2 =*/34).string(message.pipelineName);
                        if (message.algorithmName != null && $Object.hasOwnProperty.call(message, "algorithmName") && message.algorithmName !== "")
                            writer.uint32(/* id 5, wireType 2 =*/42).string(message.algorithmName);
                        if (message.args != null && $Object.hasOwnProperty.call(message, "args"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.args, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                        if (message.input != null && $Object.hasOwnProperty.call(message, "input"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.input, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                        if (message.sources != null && message.sources.length)
                            for (let i = 0; i < message.sources.length; ++i)
                                $root.distributedkube.api.worker.v1.InputSource.encode(message.sources[i], writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                        if (message.bindings != null && message.bindings.length)
                            for (let i = 0; i < message.bindings.length; ++i)
                                $root.distributedkube.api.worker.v1.InputBinding.encode(message.bindings[i], writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                        if (message.savePaths != null && message.savePaths.length)
                            for (let i = 0; i < message.savePaths.length; ++i)
                                writer.uint32(/* id 10, wireType 2 =*/82).string(message.savePaths[i]);
                        if (message.ttl != null && $Object.hasOwnProperty.call(message, "ttl"))
                            $root.google.protobuf.Duration.encode(message.ttl, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a TaskContext message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.TaskContext
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskContext & distributedkube.api.worker.v1.TaskContext.$Shape} TaskContext
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    TaskContext.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.TaskContext();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.context = value;
                                    else
                                        delete message.context;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.jobId = value;
                                    else
                                        delete message.jobId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.nodeName = value;
                                    else
                                        delete message.nodeName;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.pipelineName = value;
                                    else
                                        delete message.pipelineName;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.algorithmName = value;
                                    else
                                        delete message.algorithmName;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    message.args = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.args);
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    message.input = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.input);
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.sources && message.sources.length))
                                        message.sources = [];
                                    message.sources.push($root.distributedkube.api.worker.v1.InputSource.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.bindings && message.bindings.length))
                                        message.bindings = [];
                                    message.bindings.push($root.distributedkube.api.worker.v1.InputBinding.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.savePaths && message.savePaths.length))
                                        message.savePaths = [];
                                    message.savePaths.push(reader.stringVerify());
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 2)
                                        break;
                                    message.ttl = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.ttl);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TaskContext;
                })();

                v1.InputSource = (function() {

                    /**
                     * Properties of an InputSource.
                     * @typedef {Object} distributedkube.api.worker.v1.InputSource.$Properties
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [value] InputSource value
                     * @property {distributedkube.api.worker.v1.InputList.$Properties|null} [list] InputSource list
                     * @property {"value"|"list"} [source] InputSource source
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of an InputSource.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IInputSource
                     * @augments distributedkube.api.worker.v1.InputSource.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.InputSource.$Properties instead.
                     */

                    /**
                     * Narrowed shape of an InputSource.
                     * @typedef {{
                     *   value?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   list?: distributedkube.api.worker.v1.InputList.$Shape|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ source?: undefined; value?: null; list?: null }|{ source?: "value"; value: distributedkube.api.type.v1.Payload.$Shape; list?: null }|{ source?: "list"; value?: null; list: distributedkube.api.worker.v1.InputList.$Shape })
                     * )} distributedkube.api.worker.v1.InputSource.$Shape
                     */

                    /**
                     * Constructs a new InputSource.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents an InputSource.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.InputSource.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const InputSource = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * InputSource value.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} value
                     * @memberof distributedkube.api.worker.v1.InputSource
                     * @instance
                     */
                    InputSource.prototype.value = null;

                    /**
                     * InputSource list.
                     * @member {distributedkube.api.worker.v1.InputList.$Properties|null|undefined} list
                     * @memberof distributedkube.api.worker.v1.InputSource
                     * @instance
                     */
                    InputSource.prototype.list = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * InputSource source.
                     * @member {"value"|"list"|undefined} source
                     * @memberof distributedkube.api.worker.v1.InputSource
                     * @instance
                     */
                    $Object.defineProperty(InputSource.prototype, "source", {
                        get: $util.oneOfGetter($oneOfFields = ["value", "list"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new InputSource instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.InputSource
                     * @static
                     * @param {distributedkube.api.worker.v1.InputSource.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.InputSource} InputSource instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.InputSource.$Shape): distributedkube.api.worker.v1.InputSource & distributedkube.api.worker.v1.InputSource.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.InputSource.$Properties): distributedkube.api.worker.v1.InputSource;
                     * }}
                     */
                    InputSource.create = function(properties) {
                        return new InputSource(properties);
                    };

                    /**
                     * Encodes the specified InputSource message. Does not implicitly {@link distributedkube.api.worker.v1.InputSource.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.InputSource
                     * @static
                     * @param {distributedkube.api.worker.v1.InputSource.$Properties} message InputSource message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    InputSource.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.value, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.list != null && $Object.hasOwnProperty.call(message, "list"))
                            $root.distributedkube.api.worker.v1.InputList.encode(message.list, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes an InputSource message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.InputSource
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputSource & distributedkube.api.worker.v1.InputSource.$Shape} InputSource
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    InputSource.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.InputSource();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.value = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.value);
                                    message.source = "value";
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.list = $root.distributedkube.api.worker.v1.InputList.decode(reader, reader.size(), $undefined, _depth + 1, message.list);
                                    message.source = "list";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return InputSource;
                })();

                v1.InputList = (function() {

                    /**
                     * Properties of an InputList.
                     * @typedef {Object} distributedkube.api.worker.v1.InputList.$Properties
                     * @property {Array.<distributedkube.api.worker.v1.InputPart.$Properties>|null} [parts] InputList parts
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of an InputList.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IInputList
                     * @augments distributedkube.api.worker.v1.InputList.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.InputList.$Properties instead.
                     */

                    /**
                     * Shape of an InputList.
                     * @typedef {{
                     *   parts?: Array.<distributedkube.api.worker.v1.InputPart.$Shape>|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * }} distributedkube.api.worker.v1.InputList.$Shape
                     */

                    /**
                     * Constructs a new InputList.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents an InputList.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.InputList.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const InputList = function (properties) {
                        this.parts = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * InputList parts.
                     * @member {Array.<distributedkube.api.worker.v1.InputPart.$Properties>} parts
                     * @memberof distributedkube.api.worker.v1.InputList
                     * @instance
                     */
                    InputList.prototype.parts = $util.emptyArray;

                    /**
                     * Creates a new InputList instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.InputList
                     * @static
                     * @param {distributedkube.api.worker.v1.InputList.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.InputList} InputList instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.InputList.$Shape): distributedkube.api.worker.v1.InputList & distributedkube.api.worker.v1.InputList.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.InputList.$Properties): distributedkube.api.worker.v1.InputList;
                     * }}
                     */
                    InputList.create = function(properties) {
                        return new InputList(properties);
                    };

                    /**
                     * Encodes the specified InputList message. Does not implicitly {@link distributedkube.api.worker.v1.InputList.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.InputList
                     * @static
                     * @param {distributedkube.api.worker.v1.InputList.$Properties} message InputList message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    InputList.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.parts != null && message.parts.length)
                            for (let i = 0; i < message.parts.length; ++i)
                                $root.distributedkube.api.worker.v1.InputPart.encode(message.parts[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes an InputList message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.InputList
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputList & distributedkube.api.worker.v1.InputList.$Shape} InputList
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    InputList.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.InputList();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.parts && message.parts.length))
                                        message.parts = [];
                                    message.parts.push($root.distributedkube.api.worker.v1.InputPart.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return InputList;
                })();

                v1.InputPart = (function() {

                    /**
                     * Properties of an InputPart.
                     * @typedef {Object} distributedkube.api.worker.v1.InputPart.$Properties
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [item] InputPart item
                     * @property {distributedkube.api.worker.v1.InputChunk.$Properties|null} [chunk] InputPart chunk
                     * @property {"item"|"chunk"} [part] InputPart part
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of an InputPart.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IInputPart
                     * @augments distributedkube.api.worker.v1.InputPart.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.InputPart.$Properties instead.
                     */

                    /**
                     * Narrowed shape of an InputPart.
                     * @typedef {{
                     *   item?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   chunk?: distributedkube.api.worker.v1.InputChunk.$Shape|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ part?: undefined; item?: null; chunk?: null }|{ part?: "item"; item: distributedkube.api.type.v1.Payload.$Shape; chunk?: null }|{ part?: "chunk"; item?: null; chunk: distributedkube.api.worker.v1.InputChunk.$Shape })
                     * )} distributedkube.api.worker.v1.InputPart.$Shape
                     */

                    /**
                     * Constructs a new InputPart.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents an InputPart.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.InputPart.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const InputPart = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * InputPart item.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} item
                     * @memberof distributedkube.api.worker.v1.InputPart
                     * @instance
                     */
                    InputPart.prototype.item = null;

                    /**
                     * InputPart chunk.
                     * @member {distributedkube.api.worker.v1.InputChunk.$Properties|null|undefined} chunk
                     * @memberof distributedkube.api.worker.v1.InputPart
                     * @instance
                     */
                    InputPart.prototype.chunk = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * InputPart part.
                     * @member {"item"|"chunk"|undefined} part
                     * @memberof distributedkube.api.worker.v1.InputPart
                     * @instance
                     */
                    $Object.defineProperty(InputPart.prototype, "part", {
                        get: $util.oneOfGetter($oneOfFields = ["item", "chunk"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new InputPart instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.InputPart
                     * @static
                     * @param {distributedkube.api.worker.v1.InputPart.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.InputPart} InputPart instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.InputPart.$Shape): distributedkube.api.worker.v1.InputPart & distributedkube.api.worker.v1.InputPart.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.InputPart.$Properties): distributedkube.api.worker.v1.InputPart;
                     * }}
                     */
                    InputPart.create = function(properties) {
                        return new InputPart(properties);
                    };

                    /**
                     * Encodes the specified InputPart message. Does not implicitly {@link distributedkube.api.worker.v1.InputPart.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.InputPart
                     * @static
                     * @param {distributedkube.api.worker.v1.InputPart.$Properties} message InputPart message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    InputPart.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.item != null && $Object.hasOwnProperty.call(message, "item"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.item, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.chunk != null && $Object.hasOwnProperty.call(message, "chunk"))
                            $root.distributedkube.api.worker.v1.InputChunk.encode(message.chunk, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes an InputPart message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.InputPart
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputPart & distributedkube.api.worker.v1.InputPart.$Shape} InputPart
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    InputPart.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.InputPart();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.item = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.item);
                                    message.part = "item";
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.chunk = $root.distributedkube.api.worker.v1.InputChunk.decode(reader, reader.size(), $undefined, _depth + 1, message.chunk);
                                    message.part = "chunk";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return InputPart;
                })();

                v1.InputChunk = (function() {

                    /**
                     * Properties of an InputChunk.
                     * @typedef {Object} distributedkube.api.worker.v1.InputChunk.$Properties
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [array] InputChunk array
                     * @property {number|null} [count] InputChunk count
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of an InputChunk.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IInputChunk
                     * @augments distributedkube.api.worker.v1.InputChunk.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.InputChunk.$Properties instead.
                     */

                    /**
                     * Shape of an InputChunk.
                     * @typedef {{
                     *   array?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   count?: number|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * }} distributedkube.api.worker.v1.InputChunk.$Shape
                     */

                    /**
                     * Constructs a new InputChunk.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents an InputChunk.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.InputChunk.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const InputChunk = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * InputChunk array.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} array
                     * @memberof distributedkube.api.worker.v1.InputChunk
                     * @instance
                     */
                    InputChunk.prototype.array = null;

                    /**
                     * InputChunk count.
                     * @member {number} count
                     * @memberof distributedkube.api.worker.v1.InputChunk
                     * @instance
                     */
                    InputChunk.prototype.count = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * Creates a new InputChunk instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.InputChunk
                     * @static
                     * @param {distributedkube.api.worker.v1.InputChunk.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.InputChunk} InputChunk instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.InputChunk.$Shape): distributedkube.api.worker.v1.InputChunk & distributedkube.api.worker.v1.InputChunk.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.InputChunk.$Properties): distributedkube.api.worker.v1.InputChunk;
                     * }}
                     */
                    InputChunk.create = function(properties) {
                        return new InputChunk(properties);
                    };

                    /**
                     * Encodes the specified InputChunk message. Does not implicitly {@link distributedkube.api.worker.v1.InputChunk.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.InputChunk
                     * @static
                     * @param {distributedkube.api.worker.v1.InputChunk.$Properties} message InputChunk message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    InputChunk.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.array != null && $Object.hasOwnProperty.call(message, "array"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.array, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.count != null && $Object.hasOwnProperty.call(message, "count") && (typeof message.count === "object" ? message.count.low || message.count.high : message.count !== 0))
                            writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.count);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes an InputChunk message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.InputChunk
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputChunk & distributedkube.api.worker.v1.InputChunk.$Shape} InputChunk
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    InputChunk.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.InputChunk();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.array = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.array);
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.count = value;
                                    else
                                        delete message.count;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return InputChunk;
                })();

                v1.InputBinding = (function() {

                    /**
                     * Properties of an InputBinding.
                     * @typedef {Object} distributedkube.api.worker.v1.InputBinding.$Properties
                     * @property {Array.<string>|null} [place] InputBinding place
                     * @property {number|null} [source] InputBinding source
                     * @property {string|null} [selector] InputBinding selector
                     * @property {boolean|null} [whole] InputBinding whole
                     * @property {number|null} [element] InputBinding element
                     * @property {number|null} [value] InputBinding value
                     * @property {distributedkube.api.worker.v1.ValueElement.$Properties|null} [valueElement] InputBinding valueElement
                     * @property {"whole"|"element"|"value"|"valueElement"} [take] InputBinding take
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of an InputBinding.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IInputBinding
                     * @augments distributedkube.api.worker.v1.InputBinding.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.InputBinding.$Properties instead.
                     */

                    /**
                     * Narrowed shape of an InputBinding.
                     * @typedef {{
                     *   place?: Array.<string>|null;
                     *   source?: number|null;
                     *   selector?: string|null;
                     *   whole?: boolean|null;
                     *   element?: number|null;
                     *   value?: number|null;
                     *   valueElement?: distributedkube.api.worker.v1.ValueElement.$Shape|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ take?: undefined; whole?: null; element?: null; value?: null; valueElement?: null }|{ take?: "whole"; whole: boolean; element?: null; value?: null; valueElement?: null }|{ take?: "element"; whole?: null; element: number; value?: null; valueElement?: null }|{ take?: "value"; whole?: null; element?: null; value: number; valueElement?: null }|{ take?: "valueElement"; whole?: null; element?: null; value?: null; valueElement: distributedkube.api.worker.v1.ValueElement.$Shape })
                     * )} distributedkube.api.worker.v1.InputBinding.$Shape
                     */

                    /**
                     * Constructs a new InputBinding.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents an InputBinding.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.InputBinding.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const InputBinding = function (properties) {
                        this.place = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * InputBinding place.
                     * @member {Array.<string>} place
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @instance
                     */
                    InputBinding.prototype.place = $util.emptyArray;

                    /**
                     * InputBinding source.
                     * @member {number} source
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @instance
                     */
                    InputBinding.prototype.source = 0;

                    /**
                     * InputBinding selector.
                     * @member {string} selector
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @instance
                     */
                    InputBinding.prototype.selector = "";

                    /**
                     * InputBinding whole.
                     * @member {boolean|null|undefined} whole
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @instance
                     */
                    InputBinding.prototype.whole = null;

                    /**
                     * InputBinding element.
                     * @member {number|null|undefined} element
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @instance
                     */
                    InputBinding.prototype.element = null;

                    /**
                     * InputBinding value.
                     * @member {number|null|undefined} value
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @instance
                     */
                    InputBinding.prototype.value = null;

                    /**
                     * InputBinding valueElement.
                     * @member {distributedkube.api.worker.v1.ValueElement.$Properties|null|undefined} valueElement
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @instance
                     */
                    InputBinding.prototype.valueElement = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * InputBinding take.
                     * @member {"whole"|"element"|"value"|"valueElement"|undefined} take
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @instance
                     */
                    $Object.defineProperty(InputBinding.prototype, "take", {
                        get: $util.oneOfGetter($oneOfFields = ["whole", "element", "value", "valueElement"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new InputBinding instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @static
                     * @param {distributedkube.api.worker.v1.InputBinding.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.InputBinding} InputBinding instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.InputBinding.$Shape): distributedkube.api.worker.v1.InputBinding & distributedkube.api.worker.v1.InputBinding.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.InputBinding.$Properties): distributedkube.api.worker.v1.InputBinding;
                     * }}
                     */
                    InputBinding.create = function(properties) {
                        return new InputBinding(properties);
                    };

                    /**
                     * Encodes the specified InputBinding message. Does not implicitly {@link distributedkube.api.worker.v1.InputBinding.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @static
                     * @param {distributedkube.api.worker.v1.InputBinding.$Properties} message InputBinding message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    InputBinding.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.place != null && message.place.length)
                            for (let i = 0; i < message.place.length; ++i)
                                writer.uint32(/* id 1, wireType 2 =*/10).string(message.place[i]);
                        if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.source);
                        if (message.selector != null && $Object.hasOwnProperty.call(message, "selector") && message.selector !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.selector);
                        if (message.whole != null && $Object.hasOwnProperty.call(message, "whole"))
                            writer.uint32(/* id 4, wireType 0 =*/32).bool(message.whole);
                        if (message.element != null && $Object.hasOwnProperty.call(message, "element"))
                            writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.element);
                        if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
                            writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.value);
                        if (message.valueElement != null && $Object.hasOwnProperty.call(message, "valueElement"))
                            $root.distributedkube.api.worker.v1.ValueElement.encode(message.valueElement, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes an InputBinding message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.InputBinding
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputBinding & distributedkube.api.worker.v1.InputBinding.$Shape} InputBinding
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    InputBinding.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.InputBinding();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.place && message.place.length))
                                        message.place = [];
                                    message.place.push(reader.stringVerify());
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.source = value;
                                    else
                                        delete message.source;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.selector = value;
                                    else
                                        delete message.selector;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    message.whole = reader.bool();
                                    message.take = "whole";
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    message.element = reader.uint32();
                                    message.take = "element";
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 0)
                                        break;
                                    message.value = reader.uint32();
                                    message.take = "value";
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    message.valueElement = $root.distributedkube.api.worker.v1.ValueElement.decode(reader, reader.size(), $undefined, _depth + 1, message.valueElement);
                                    message.take = "valueElement";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return InputBinding;
                })();

                v1.ValueElement = (function() {

                    /**
                     * Properties of a ValueElement.
                     * @typedef {Object} distributedkube.api.worker.v1.ValueElement.$Properties
                     * @property {number|null} [value] ValueElement value
                     * @property {number|null} [element] ValueElement element
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a ValueElement.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IValueElement
                     * @augments distributedkube.api.worker.v1.ValueElement.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.ValueElement.$Properties instead.
                     */

                    /**
                     * Shape of a ValueElement.
                     * @typedef {distributedkube.api.worker.v1.ValueElement.$Properties} distributedkube.api.worker.v1.ValueElement.$Shape
                     */

                    /**
                     * Constructs a new ValueElement.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a ValueElement.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.ValueElement.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const ValueElement = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * ValueElement value.
                     * @member {number} value
                     * @memberof distributedkube.api.worker.v1.ValueElement
                     * @instance
                     */
                    ValueElement.prototype.value = 0;

                    /**
                     * ValueElement element.
                     * @member {number} element
                     * @memberof distributedkube.api.worker.v1.ValueElement
                     * @instance
                     */
                    ValueElement.prototype.element = 0;

                    /**
                     * Creates a new ValueElement instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.ValueElement
                     * @static
                     * @param {distributedkube.api.worker.v1.ValueElement.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.ValueElement} ValueElement instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.ValueElement.$Shape): distributedkube.api.worker.v1.ValueElement & distributedkube.api.worker.v1.ValueElement.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.ValueElement.$Properties): distributedkube.api.worker.v1.ValueElement;
                     * }}
                     */
                    ValueElement.create = function(properties) {
                        return new ValueElement(properties);
                    };

                    /**
                     * Encodes the specified ValueElement message. Does not implicitly {@link distributedkube.api.worker.v1.ValueElement.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.ValueElement
                     * @static
                     * @param {distributedkube.api.worker.v1.ValueElement.$Properties} message ValueElement message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    ValueElement.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.value);
                        if (message.element != null && $Object.hasOwnProperty.call(message, "element") && message.element !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.element);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a ValueElement message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.ValueElement
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ValueElement & distributedkube.api.worker.v1.ValueElement.$Shape} ValueElement
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    ValueElement.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.ValueElement();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.value = value;
                                    else
                                        delete message.value;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.element = value;
                                    else
                                        delete message.element;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ValueElement;
                })();

                v1.ContextDrop = (function() {

                    /**
                     * Properties of a ContextDrop.
                     * @typedef {Object} distributedkube.api.worker.v1.ContextDrop.$Properties
                     * @property {number|null} [context] ContextDrop context
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a ContextDrop.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IContextDrop
                     * @augments distributedkube.api.worker.v1.ContextDrop.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.ContextDrop.$Properties instead.
                     */

                    /**
                     * Shape of a ContextDrop.
                     * @typedef {distributedkube.api.worker.v1.ContextDrop.$Properties} distributedkube.api.worker.v1.ContextDrop.$Shape
                     */

                    /**
                     * Constructs a new ContextDrop.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a ContextDrop.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.ContextDrop.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const ContextDrop = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * ContextDrop context.
                     * @member {number} context
                     * @memberof distributedkube.api.worker.v1.ContextDrop
                     * @instance
                     */
                    ContextDrop.prototype.context = 0;

                    /**
                     * Creates a new ContextDrop instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.ContextDrop
                     * @static
                     * @param {distributedkube.api.worker.v1.ContextDrop.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.ContextDrop} ContextDrop instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.ContextDrop.$Shape): distributedkube.api.worker.v1.ContextDrop & distributedkube.api.worker.v1.ContextDrop.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.ContextDrop.$Properties): distributedkube.api.worker.v1.ContextDrop;
                     * }}
                     */
                    ContextDrop.create = function(properties) {
                        return new ContextDrop(properties);
                    };

                    /**
                     * Encodes the specified ContextDrop message. Does not implicitly {@link distributedkube.api.worker.v1.ContextDrop.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.ContextDrop
                     * @static
                     * @param {distributedkube.api.worker.v1.ContextDrop.$Properties} message ContextDrop message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    ContextDrop.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.context);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a ContextDrop message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.ContextDrop
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ContextDrop & distributedkube.api.worker.v1.ContextDrop.$Shape} ContextDrop
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    ContextDrop.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.ContextDrop();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.context = value;
                                    else
                                        delete message.context;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ContextDrop;
                })();

                v1.TaskAssign = (function() {

                    /**
                     * Properties of a TaskAssign.
                     * @typedef {Object} distributedkube.api.worker.v1.TaskAssign.$Properties
                     * @property {Uint8Array|null} [token] TaskAssign token
                     * @property {number|null} [context] TaskAssign context
                     * @property {string|null} [taskId] TaskAssign taskId
                     * @property {number|null} [attempt] TaskAssign attempt
                     * @property {number|null} [batchIndex] TaskAssign batchIndex
                     * @property {Array.<number>|null} [elements] TaskAssign elements
                     * @property {Array.<distributedkube.api.type.v1.Payload.$Properties>|null} [values] TaskAssign values
                     * @property {Object.<string,string>|null} [trace] TaskAssign trace
                     * @property {distributedkube.api.worker.v1.TaskProgress.$Properties|null} [lastProgress] TaskAssign lastProgress
                     * @property {number|null} [triggerIndex] TaskAssign triggerIndex
                     * @property {string|null} [callId] TaskAssign callId
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a TaskAssign.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ITaskAssign
                     * @augments distributedkube.api.worker.v1.TaskAssign.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.TaskAssign.$Properties instead.
                     */

                    /**
                     * Shape of a TaskAssign.
                     * @typedef {{
                     *   token?: Uint8Array|null;
                     *   context?: number|null;
                     *   taskId?: string|null;
                     *   attempt?: number|null;
                     *   batchIndex?: number|null;
                     *   elements?: Array.<number>|null;
                     *   values?: Array.<distributedkube.api.type.v1.Payload.$Shape>|null;
                     *   trace?: Object.<string,string>|null;
                     *   lastProgress?: distributedkube.api.worker.v1.TaskProgress.$Shape|null;
                     *   triggerIndex?: number|null;
                     *   callId?: string|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * }} distributedkube.api.worker.v1.TaskAssign.$Shape
                     */

                    /**
                     * Constructs a new TaskAssign.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a TaskAssign.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.TaskAssign.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const TaskAssign = function (properties) {
                        this.elements = [];
                        this.values = [];
                        this.trace = {};
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * TaskAssign token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.token = $util.newBuffer([]);

                    /**
                     * TaskAssign context.
                     * @member {number} context
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.context = 0;

                    /**
                     * TaskAssign taskId.
                     * @member {string} taskId
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.taskId = "";

                    /**
                     * TaskAssign attempt.
                     * @member {number} attempt
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.attempt = 0;

                    /**
                     * TaskAssign batchIndex.
                     * @member {number} batchIndex
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.batchIndex = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

                    /**
                     * TaskAssign elements.
                     * @member {Array.<number>} elements
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.elements = $util.emptyArray;

                    /**
                     * TaskAssign values.
                     * @member {Array.<distributedkube.api.type.v1.Payload.$Properties>} values
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.values = $util.emptyArray;

                    /**
                     * TaskAssign trace.
                     * @member {Object.<string,string>} trace
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.trace = $util.emptyObject;

                    /**
                     * TaskAssign lastProgress.
                     * @member {distributedkube.api.worker.v1.TaskProgress.$Properties|null|undefined} lastProgress
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.lastProgress = null;

                    /**
                     * TaskAssign triggerIndex.
                     * @member {number} triggerIndex
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.triggerIndex = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

                    /**
                     * TaskAssign callId.
                     * @member {string} callId
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @instance
                     */
                    TaskAssign.prototype.callId = "";

                    /**
                     * Creates a new TaskAssign instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskAssign.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.TaskAssign} TaskAssign instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.TaskAssign.$Shape): distributedkube.api.worker.v1.TaskAssign & distributedkube.api.worker.v1.TaskAssign.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.TaskAssign.$Properties): distributedkube.api.worker.v1.TaskAssign;
                     * }}
                     */
                    TaskAssign.create = function(properties) {
                        return new TaskAssign(properties);
                    };

                    /**
                     * Encodes the specified TaskAssign message. Does not implicitly {@link distributedkube.api.worker.v1.TaskAssign.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskAssign.$Properties} message TaskAssign message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    TaskAssign.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.context != null && $Object.hasOwnProperty.call(message, "context") && message.context !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.context);
                        if (message.taskId != null && $Object.hasOwnProperty.call(message, "taskId") && message.taskId !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.taskId);
                        if (message.attempt != null && $Object.hasOwnProperty.call(message, "attempt") && message.attempt !== 0)
                            writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.attempt);
                        if (message.batchIndex != null && $Object.hasOwnProperty.call(message, "batchIndex") && (typeof message.batchIndex === "object" ? message.batchIndex.low || message.batchIndex.high : message.batchIndex !== 0))
                            writer.uint32(/* id 5, wireType 0 =*/40).int64(message.batchIndex);
                        if (message.elements != null && message.elements.length)
                            writer.uint32(/* id 6, wireType 2 =*/50).sint64s(message.elements);
                        if (message.values != null && message.values.length)
                            for (let i = 0; i < message.values.length; ++i)
                                $root.distributedkube.api.type.v1.Payload.encode(message.values[i], writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                        if (message.trace != null && $Object.hasOwnProperty.call(message, "trace"))
                            for (let keys = $Object.keys(message.trace), i = 0; i < keys.length; ++i)
                                writer.uint32(/* id 8, wireType 2 =*/66).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.trace[keys[i]]).ldelim();
                        if (message.lastProgress != null && $Object.hasOwnProperty.call(message, "lastProgress"))
                            $root.distributedkube.api.worker.v1.TaskProgress.encode(message.lastProgress, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                        if (message.triggerIndex != null && $Object.hasOwnProperty.call(message, "triggerIndex") && (typeof message.triggerIndex === "object" ? message.triggerIndex.low || message.triggerIndex.high : message.triggerIndex !== 0))
                            writer.uint32(/* id 10, wireType 0 =*/80).int64(message.triggerIndex);
                        if (message.callId != null && $Object.hasOwnProperty.call(message, "callId") && message.callId !== "")
                            writer.uint32(/* id 11, wireType 2 =*/90).string(message.callId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a TaskAssign message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.TaskAssign
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskAssign & distributedkube.api.worker.v1.TaskAssign.$Shape} TaskAssign
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    TaskAssign.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, key, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.TaskAssign();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.context = value;
                                    else
                                        delete message.context;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.taskId = value;
                                    else
                                        delete message.taskId;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.attempt = value;
                                    else
                                        delete message.attempt;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                        message.batchIndex = value;
                                    else
                                        delete message.batchIndex;
                                    continue;
                                }
                            case 6: {
                                    if (wireType === 2) {
                                        if (!(message.elements && message.elements.length))
                                            message.elements = [];
                                        reader.sint64s(message.elements);
                                        continue;
                                    }
                                    if (wireType !== 0)
                                        break;
                                    if (!(message.elements && message.elements.length))
                                        message.elements = [];
                                    message.elements.push(reader.sint64());
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.values && message.values.length))
                                        message.values = [];
                                    message.values.push($root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 2)
                                        break;
                                    if (message.trace === $util.emptyObject)
                                        message.trace = {};
                                    let end2 = reader.size() + reader.pos;
                                    if (end2 > reader.len)
                                        throw $RangeError("index out of range");
                                    reader.len = end2;
                                    key = "";
                                    value = "";
                                    while (reader.pos < end2) {
                                        let tag2 = reader.tag();
                                        wireType = tag2 & 7;
                                        switch (tag2 >>>= 3) {
                                        case 1:
                                            if (wireType !== 2)
                                                break;
                                            key = reader.stringVerify();
                                            continue;
                                        case 2:
                                            if (wireType !== 2)
                                                break;
                                            value = reader.stringVerify();
                                            continue;
                                        }
                                        reader.skipType(wireType, _depth, tag2);
                                    }
                                    if (reader.pos !== end2)
                                        throw $RangeError("index out of range");
                                    reader.len = end;
                                    if (key === "__proto__")
                                        $util.makeProp(message.trace, key);
                                    message.trace[key] = value;
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 2)
                                        break;
                                    message.lastProgress = $root.distributedkube.api.worker.v1.TaskProgress.decode(reader, reader.size(), $undefined, _depth + 1, message.lastProgress);
                                    continue;
                                }
                            case 10: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                        message.triggerIndex = value;
                                    else
                                        delete message.triggerIndex;
                                    continue;
                                }
                            case 11: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.callId = value;
                                    else
                                        delete message.callId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TaskAssign;
                })();

                v1.TaskResult = (function() {

                    /**
                     * Properties of a TaskResult.
                     * @typedef {Object} distributedkube.api.worker.v1.TaskResult.$Properties
                     * @property {Uint8Array|null} [token] TaskResult token
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [output] TaskResult output
                     * @property {distributedkube.api.type.v1.Failure.$Properties|null} [failure] TaskResult failure
                     * @property {boolean|null} [cancelled] TaskResult cancelled
                     * @property {boolean|null} [released] TaskResult released
                     * @property {number|null} [fetchUs] TaskResult fetchUs
                     * @property {number|null} [initUs] TaskResult initUs
                     * @property {number|null} [runUs] TaskResult runUs
                     * @property {number|null} [storeUs] TaskResult storeUs
                     * @property {"output"|"failure"|"cancelled"|"released"} [outcome] TaskResult outcome
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a TaskResult.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ITaskResult
                     * @augments distributedkube.api.worker.v1.TaskResult.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.TaskResult.$Properties instead.
                     */

                    /**
                     * Narrowed shape of a TaskResult.
                     * @typedef {{
                     *   token?: Uint8Array|null;
                     *   output?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   failure?: distributedkube.api.type.v1.Failure.$Shape|null;
                     *   cancelled?: boolean|null;
                     *   released?: boolean|null;
                     *   fetchUs?: number|null;
                     *   initUs?: number|null;
                     *   runUs?: number|null;
                     *   storeUs?: number|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ outcome?: undefined; output?: null; failure?: null; cancelled?: null; released?: null }|{ outcome?: "output"; output: distributedkube.api.type.v1.Payload.$Shape; failure?: null; cancelled?: null; released?: null }|{ outcome?: "failure"; output?: null; failure: distributedkube.api.type.v1.Failure.$Shape; cancelled?: null; released?: null }|{ outcome?: "cancelled"; output?: null; failure?: null; cancelled: boolean; released?: null }|{ outcome?: "released"; output?: null; failure?: null; cancelled?: null; released: boolean })
                     * )} distributedkube.api.worker.v1.TaskResult.$Shape
                     */

                    /**
                     * Constructs a new TaskResult.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a TaskResult.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.TaskResult.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const TaskResult = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * TaskResult token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.token = $util.newBuffer([]);

                    /**
                     * TaskResult output.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} output
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.output = null;

                    /**
                     * TaskResult failure.
                     * @member {distributedkube.api.type.v1.Failure.$Properties|null|undefined} failure
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.failure = null;

                    /**
                     * TaskResult cancelled.
                     * @member {boolean|null|undefined} cancelled
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.cancelled = null;

                    /**
                     * TaskResult released.
                     * @member {boolean|null|undefined} released
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.released = null;

                    /**
                     * TaskResult fetchUs.
                     * @member {number} fetchUs
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.fetchUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * TaskResult initUs.
                     * @member {number} initUs
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.initUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * TaskResult runUs.
                     * @member {number} runUs
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.runUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * TaskResult storeUs.
                     * @member {number} storeUs
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    TaskResult.prototype.storeUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * TaskResult outcome.
                     * @member {"output"|"failure"|"cancelled"|"released"|undefined} outcome
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @instance
                     */
                    $Object.defineProperty(TaskResult.prototype, "outcome", {
                        get: $util.oneOfGetter($oneOfFields = ["output", "failure", "cancelled", "released"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new TaskResult instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskResult.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.TaskResult} TaskResult instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.TaskResult.$Shape): distributedkube.api.worker.v1.TaskResult & distributedkube.api.worker.v1.TaskResult.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.TaskResult.$Properties): distributedkube.api.worker.v1.TaskResult;
                     * }}
                     */
                    TaskResult.create = function(properties) {
                        return new TaskResult(properties);
                    };

                    /**
                     * Encodes the specified TaskResult message. Does not implicitly {@link distributedkube.api.worker.v1.TaskResult.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskResult.$Properties} message TaskResult message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    TaskResult.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.output != null && $Object.hasOwnProperty.call(message, "output"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.output, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                        if (message.failure != null && $Object.hasOwnProperty.call(message, "failure"))
                            $root.distributedkube.api.type.v1.Failure.encode(message.failure, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.cancelled != null && $Object.hasOwnProperty.call(message, "cancelled"))
                            writer.uint32(/* id 4, wireType 0 =*/32).bool(message.cancelled);
                        if (message.released != null && $Object.hasOwnProperty.call(message, "released"))
                            writer.uint32(/* id 5, wireType 0 =*/40).bool(message.released);
                        if (message.fetchUs != null && $Object.hasOwnProperty.call(message, "fetchUs") && (typeof message.fetchUs === "object" ? message.fetchUs.low || message.fetchUs.high : message.fetchUs !== 0))
                            writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.fetchUs);
                        if (message.initUs != null && $Object.hasOwnProperty.call(message, "initUs") && (typeof message.initUs === "object" ? message.initUs.low || message.initUs.high : message.initUs !== 0))
                            writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.initUs);
                        if (message.runUs != null && $Object.hasOwnProperty.call(message, "runUs") && (typeof message.runUs === "object" ? message.runUs.low || message.runUs.high : message.runUs !== 0))
                            writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.runUs);
                        if (message.storeUs != null && $Object.hasOwnProperty.call(message, "storeUs") && (typeof message.storeUs === "object" ? message.storeUs.low || message.storeUs.high : message.storeUs !== 0))
                            writer.uint32(/* id 9, wireType 0 =*/72).uint64(message.storeUs);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a TaskResult message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.TaskResult
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskResult & distributedkube.api.worker.v1.TaskResult.$Shape} TaskResult
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    TaskResult.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.TaskResult();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.output = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.output);
                                    message.outcome = "output";
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.failure = $root.distributedkube.api.type.v1.Failure.decode(reader, reader.size(), $undefined, _depth + 1, message.failure);
                                    message.outcome = "failure";
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    message.cancelled = reader.bool();
                                    message.outcome = "cancelled";
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 0)
                                        break;
                                    message.released = reader.bool();
                                    message.outcome = "released";
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.fetchUs = value;
                                    else
                                        delete message.fetchUs;
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.initUs = value;
                                    else
                                        delete message.initUs;
                                    continue;
                                }
                            case 8: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.runUs = value;
                                    else
                                        delete message.runUs;
                                    continue;
                                }
                            case 9: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.storeUs = value;
                                    else
                                        delete message.storeUs;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TaskResult;
                })();

                v1.TaskProgress = (function() {

                    /**
                     * Properties of a TaskProgress.
                     * @typedef {Object} distributedkube.api.worker.v1.TaskProgress.$Properties
                     * @property {Uint8Array|null} [token] TaskProgress token
                     * @property {number|null} [fraction] TaskProgress fraction
                     * @property {string|null} [message] TaskProgress message
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [details] TaskProgress details
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a TaskProgress.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ITaskProgress
                     * @augments distributedkube.api.worker.v1.TaskProgress.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.TaskProgress.$Properties instead.
                     */

                    /**
                     * Shape of a TaskProgress.
                     * @typedef {{
                     *   token?: Uint8Array|null;
                     *   fraction?: number|null;
                     *   message?: string|null;
                     *   details?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * }} distributedkube.api.worker.v1.TaskProgress.$Shape
                     */

                    /**
                     * Constructs a new TaskProgress.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a TaskProgress.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.TaskProgress.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const TaskProgress = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * TaskProgress token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.TaskProgress
                     * @instance
                     */
                    TaskProgress.prototype.token = $util.newBuffer([]);

                    /**
                     * TaskProgress fraction.
                     * @member {number} fraction
                     * @memberof distributedkube.api.worker.v1.TaskProgress
                     * @instance
                     */
                    TaskProgress.prototype.fraction = 0;

                    /**
                     * TaskProgress message.
                     * @member {string} message
                     * @memberof distributedkube.api.worker.v1.TaskProgress
                     * @instance
                     */
                    TaskProgress.prototype.message = "";

                    /**
                     * TaskProgress details.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} details
                     * @memberof distributedkube.api.worker.v1.TaskProgress
                     * @instance
                     */
                    TaskProgress.prototype.details = null;

                    /**
                     * Creates a new TaskProgress instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.TaskProgress
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskProgress.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.TaskProgress} TaskProgress instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.TaskProgress.$Shape): distributedkube.api.worker.v1.TaskProgress & distributedkube.api.worker.v1.TaskProgress.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.TaskProgress.$Properties): distributedkube.api.worker.v1.TaskProgress;
                     * }}
                     */
                    TaskProgress.create = function(properties) {
                        return new TaskProgress(properties);
                    };

                    /**
                     * Encodes the specified TaskProgress message. Does not implicitly {@link distributedkube.api.worker.v1.TaskProgress.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.TaskProgress
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskProgress.$Properties} message TaskProgress message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    TaskProgress.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.fraction != null && $Object.hasOwnProperty.call(message, "fraction") && !$Object.is(message.fraction, 0))
                            writer.uint32(/* id 2, wireType 1 =*/17).double(message.fraction);
                        if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.message);
                        if (message.details != null && $Object.hasOwnProperty.call(message, "details"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.details, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a TaskProgress message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.TaskProgress
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskProgress & distributedkube.api.worker.v1.TaskProgress.$Shape} TaskProgress
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    TaskProgress.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.TaskProgress();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 1)
                                        break;
                                    if (!$Object.is(value = reader.double(), 0))
                                        message.fraction = value;
                                    else
                                        delete message.fraction;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.message = value;
                                    else
                                        delete message.message;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.details = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.details);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return TaskProgress;
                })();

                v1.TaskCancel = (function() {

                    /**
                     * Properties of a TaskCancel.
                     * @typedef {Object} distributedkube.api.worker.v1.TaskCancel.$Properties
                     * @property {Uint8Array|null} [token] TaskCancel token
                     * @property {distributedkube.api.worker.v1.TaskCancel.Mode|null} [mode] TaskCancel mode
                     * @property {google.protobuf.Duration.$Properties|null} [grace] TaskCancel grace
                     * @property {distributedkube.api.worker.v1.TaskCancel.Reason|null} [reason] TaskCancel reason
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a TaskCancel.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ITaskCancel
                     * @augments distributedkube.api.worker.v1.TaskCancel.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.TaskCancel.$Properties instead.
                     */

                    /**
                     * Shape of a TaskCancel.
                     * @typedef {distributedkube.api.worker.v1.TaskCancel.$Properties} distributedkube.api.worker.v1.TaskCancel.$Shape
                     */

                    /**
                     * Constructs a new TaskCancel.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a TaskCancel.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.TaskCancel.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const TaskCancel = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * TaskCancel token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.TaskCancel
                     * @instance
                     */
                    TaskCancel.prototype.token = $util.newBuffer([]);

                    /**
                     * TaskCancel mode.
                     * @member {distributedkube.api.worker.v1.TaskCancel.Mode} mode
                     * @memberof distributedkube.api.worker.v1.TaskCancel
                     * @instance
                     */
                    TaskCancel.prototype.mode = 0;

                    /**
                     * TaskCancel grace.
                     * @member {google.protobuf.Duration.$Properties|null|undefined} grace
                     * @memberof distributedkube.api.worker.v1.TaskCancel
                     * @instance
                     */
                    TaskCancel.prototype.grace = null;

                    /**
                     * TaskCancel reason.
                     * @member {distributedkube.api.worker.v1.TaskCancel.Reason} reason
                     * @memberof distributedkube.api.worker.v1.TaskCancel
                     * @instance
                     */
                    TaskCancel.prototype.reason = 0;

                    /**
                     * Creates a new TaskCancel instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.TaskCancel
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskCancel.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.TaskCancel} TaskCancel instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.TaskCancel.$Shape): distributedkube.api.worker.v1.TaskCancel & distributedkube.api.worker.v1.TaskCancel.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.TaskCancel.$Properties): distributedkube.api.worker.v1.TaskCancel;
                     * }}
                     */
                    TaskCancel.create = function(properties) {
                        return new TaskCancel(properties);
                    };

                    /**
                     * Encodes the specified TaskCancel message. Does not implicitly {@link distributedkube.api.worker.v1.TaskCancel.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.TaskCancel
                     * @static
                     * @param {distributedkube.api.worker.v1.TaskCancel.$Properties} message TaskCancel message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    TaskCancel.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).int32(message.mode);
                        if (message.grace != null && $Object.hasOwnProperty.call(message, "grace"))
                            $root.google.protobuf.Duration.encode(message.grace, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== 0)
                            writer.uint32(/* id 4, wireType 0 =*/32).int32(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a TaskCancel message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.TaskCancel
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskCancel & distributedkube.api.worker.v1.TaskCancel.$Shape} TaskCancel
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    TaskCancel.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.TaskCancel();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.mode = value;
                                    else
                                        delete message.mode;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.grace = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.grace);
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * Mode enum.
                     * @name distributedkube.api.worker.v1.TaskCancel.Mode
                     * @enum {number}
                     * @property {number} MODE_UNSPECIFIED=0 MODE_UNSPECIFIED value
                     * @property {number} MODE_GRACEFUL=1 MODE_GRACEFUL value
                     * @property {number} MODE_FORCE=2 MODE_FORCE value
                     */
                    TaskCancel.Mode = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "MODE_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "MODE_GRACEFUL"] = 1;
                        values[valuesById[2] = "MODE_FORCE"] = 2;
                        return values;
                    })();

                    /**
                     * Reason enum.
                     * @name distributedkube.api.worker.v1.TaskCancel.Reason
                     * @enum {number}
                     * @property {number} REASON_UNSPECIFIED=0 REASON_UNSPECIFIED value
                     * @property {number} REASON_STOPPED=1 REASON_STOPPED value
                     * @property {number} REASON_TTL=2 REASON_TTL value
                     * @property {number} REASON_SCALE_DOWN=3 REASON_SCALE_DOWN value
                     * @property {number} REASON_PARENT_FAILED=4 REASON_PARENT_FAILED value
                     * @property {number} REASON_SUPERSEDED=5 REASON_SUPERSEDED value
                     */
                    TaskCancel.Reason = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "REASON_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "REASON_STOPPED"] = 1;
                        values[valuesById[2] = "REASON_TTL"] = 2;
                        values[valuesById[3] = "REASON_SCALE_DOWN"] = 3;
                        values[valuesById[4] = "REASON_PARENT_FAILED"] = 4;
                        values[valuesById[5] = "REASON_SUPERSEDED"] = 5;
                        return values;
                    })();

                    return TaskCancel;
                })();

                v1.LeaseRevoked = (function() {

                    /**
                     * Properties of a LeaseRevoked.
                     * @typedef {Object} distributedkube.api.worker.v1.LeaseRevoked.$Properties
                     * @property {Array.<Uint8Array>|null} [tokens] LeaseRevoked tokens
                     * @property {string|null} [reason] LeaseRevoked reason
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a LeaseRevoked.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ILeaseRevoked
                     * @augments distributedkube.api.worker.v1.LeaseRevoked.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.LeaseRevoked.$Properties instead.
                     */

                    /**
                     * Shape of a LeaseRevoked.
                     * @typedef {distributedkube.api.worker.v1.LeaseRevoked.$Properties} distributedkube.api.worker.v1.LeaseRevoked.$Shape
                     */

                    /**
                     * Constructs a new LeaseRevoked.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a LeaseRevoked.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.LeaseRevoked.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const LeaseRevoked = function (properties) {
                        this.tokens = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * LeaseRevoked tokens.
                     * @member {Array.<Uint8Array>} tokens
                     * @memberof distributedkube.api.worker.v1.LeaseRevoked
                     * @instance
                     */
                    LeaseRevoked.prototype.tokens = $util.emptyArray;

                    /**
                     * LeaseRevoked reason.
                     * @member {string} reason
                     * @memberof distributedkube.api.worker.v1.LeaseRevoked
                     * @instance
                     */
                    LeaseRevoked.prototype.reason = "";

                    /**
                     * Creates a new LeaseRevoked instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.LeaseRevoked
                     * @static
                     * @param {distributedkube.api.worker.v1.LeaseRevoked.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.LeaseRevoked} LeaseRevoked instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.LeaseRevoked.$Shape): distributedkube.api.worker.v1.LeaseRevoked & distributedkube.api.worker.v1.LeaseRevoked.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.LeaseRevoked.$Properties): distributedkube.api.worker.v1.LeaseRevoked;
                     * }}
                     */
                    LeaseRevoked.create = function(properties) {
                        return new LeaseRevoked(properties);
                    };

                    /**
                     * Encodes the specified LeaseRevoked message. Does not implicitly {@link distributedkube.api.worker.v1.LeaseRevoked.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.LeaseRevoked
                     * @static
                     * @param {distributedkube.api.worker.v1.LeaseRevoked.$Properties} message LeaseRevoked message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    LeaseRevoked.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.tokens != null && message.tokens.length)
                            for (let i = 0; i < message.tokens.length; ++i)
                                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.tokens[i]);
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a LeaseRevoked message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.LeaseRevoked
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.LeaseRevoked & distributedkube.api.worker.v1.LeaseRevoked.$Shape} LeaseRevoked
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    LeaseRevoked.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.LeaseRevoked();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.tokens && message.tokens.length))
                                        message.tokens = [];
                                    message.tokens.push(reader.bytes());
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return LeaseRevoked;
                })();

                v1.ResultRefused = (function() {

                    /**
                     * Properties of a ResultRefused.
                     * @typedef {Object} distributedkube.api.worker.v1.ResultRefused.$Properties
                     * @property {Uint8Array|null} [token] ResultRefused token
                     * @property {distributedkube.api.worker.v1.ResultRefused.Code|null} [code] ResultRefused code
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a ResultRefused.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IResultRefused
                     * @augments distributedkube.api.worker.v1.ResultRefused.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.ResultRefused.$Properties instead.
                     */

                    /**
                     * Shape of a ResultRefused.
                     * @typedef {distributedkube.api.worker.v1.ResultRefused.$Properties} distributedkube.api.worker.v1.ResultRefused.$Shape
                     */

                    /**
                     * Constructs a new ResultRefused.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a ResultRefused.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.ResultRefused.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const ResultRefused = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * ResultRefused token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.ResultRefused
                     * @instance
                     */
                    ResultRefused.prototype.token = $util.newBuffer([]);

                    /**
                     * ResultRefused code.
                     * @member {distributedkube.api.worker.v1.ResultRefused.Code} code
                     * @memberof distributedkube.api.worker.v1.ResultRefused
                     * @instance
                     */
                    ResultRefused.prototype.code = 0;

                    /**
                     * Creates a new ResultRefused instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.ResultRefused
                     * @static
                     * @param {distributedkube.api.worker.v1.ResultRefused.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.ResultRefused} ResultRefused instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.ResultRefused.$Shape): distributedkube.api.worker.v1.ResultRefused & distributedkube.api.worker.v1.ResultRefused.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.ResultRefused.$Properties): distributedkube.api.worker.v1.ResultRefused;
                     * }}
                     */
                    ResultRefused.create = function(properties) {
                        return new ResultRefused(properties);
                    };

                    /**
                     * Encodes the specified ResultRefused message. Does not implicitly {@link distributedkube.api.worker.v1.ResultRefused.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.ResultRefused
                     * @static
                     * @param {distributedkube.api.worker.v1.ResultRefused.$Properties} message ResultRefused message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    ResultRefused.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).int32(message.code);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a ResultRefused message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.ResultRefused
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ResultRefused & distributedkube.api.worker.v1.ResultRefused.$Shape} ResultRefused
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    ResultRefused.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.ResultRefused();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.code = value;
                                    else
                                        delete message.code;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * Code enum.
                     * @name distributedkube.api.worker.v1.ResultRefused.Code
                     * @enum {number}
                     * @property {number} CODE_UNSPECIFIED=0 CODE_UNSPECIFIED value
                     * @property {number} CODE_DUPLICATE=1 CODE_DUPLICATE value
                     * @property {number} CODE_STALE=2 CODE_STALE value
                     */
                    ResultRefused.Code = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "CODE_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "CODE_DUPLICATE"] = 1;
                        values[valuesById[2] = "CODE_STALE"] = 2;
                        return values;
                    })();

                    return ResultRefused;
                })();

                v1.CallRequest = (function() {

                    /**
                     * Properties of a CallRequest.
                     * @typedef {Object} distributedkube.api.worker.v1.CallRequest.$Properties
                     * @property {Uint8Array|null} [token] CallRequest token
                     * @property {string|null} [callId] CallRequest callId
                     * @property {string|null} [algorithmName] CallRequest algorithmName
                     * @property {string|null} [pipelineName] CallRequest pipelineName
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [rawPipeline] CallRequest rawPipeline
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [input] CallRequest input
                     * @property {boolean|null} [includeResult] CallRequest includeResult
                     * @property {"algorithmName"|"pipelineName"|"rawPipeline"} [target] CallRequest target
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a CallRequest.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ICallRequest
                     * @augments distributedkube.api.worker.v1.CallRequest.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.CallRequest.$Properties instead.
                     */

                    /**
                     * Narrowed shape of a CallRequest.
                     * @typedef {{
                     *   token?: Uint8Array|null;
                     *   callId?: string|null;
                     *   algorithmName?: string|null;
                     *   pipelineName?: string|null;
                     *   rawPipeline?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   input?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   includeResult?: boolean|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ target?: undefined; algorithmName?: null; pipelineName?: null; rawPipeline?: null }|{ target?: "algorithmName"; algorithmName: string; pipelineName?: null; rawPipeline?: null }|{ target?: "pipelineName"; algorithmName?: null; pipelineName: string; rawPipeline?: null }|{ target?: "rawPipeline"; algorithmName?: null; pipelineName?: null; rawPipeline: distributedkube.api.type.v1.Payload.$Shape })
                     * )} distributedkube.api.worker.v1.CallRequest.$Shape
                     */

                    /**
                     * Constructs a new CallRequest.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a CallRequest.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.CallRequest.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const CallRequest = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * CallRequest token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @instance
                     */
                    CallRequest.prototype.token = $util.newBuffer([]);

                    /**
                     * CallRequest callId.
                     * @member {string} callId
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @instance
                     */
                    CallRequest.prototype.callId = "";

                    /**
                     * CallRequest algorithmName.
                     * @member {string|null|undefined} algorithmName
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @instance
                     */
                    CallRequest.prototype.algorithmName = null;

                    /**
                     * CallRequest pipelineName.
                     * @member {string|null|undefined} pipelineName
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @instance
                     */
                    CallRequest.prototype.pipelineName = null;

                    /**
                     * CallRequest rawPipeline.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} rawPipeline
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @instance
                     */
                    CallRequest.prototype.rawPipeline = null;

                    /**
                     * CallRequest input.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} input
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @instance
                     */
                    CallRequest.prototype.input = null;

                    /**
                     * CallRequest includeResult.
                     * @member {boolean} includeResult
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @instance
                     */
                    CallRequest.prototype.includeResult = false;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * CallRequest target.
                     * @member {"algorithmName"|"pipelineName"|"rawPipeline"|undefined} target
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @instance
                     */
                    $Object.defineProperty(CallRequest.prototype, "target", {
                        get: $util.oneOfGetter($oneOfFields = ["algorithmName", "pipelineName", "rawPipeline"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new CallRequest instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @static
                     * @param {distributedkube.api.worker.v1.CallRequest.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.CallRequest} CallRequest instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.CallRequest.$Shape): distributedkube.api.worker.v1.CallRequest & distributedkube.api.worker.v1.CallRequest.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.CallRequest.$Properties): distributedkube.api.worker.v1.CallRequest;
                     * }}
                     */
                    CallRequest.create = function(properties) {
                        return new CallRequest(properties);
                    };

                    /**
                     * Encodes the specified CallRequest message. Does not implicitly {@link distributedkube.api.worker.v1.CallRequest.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @static
                     * @param {distributedkube.api.worker.v1.CallRequest.$Properties} message CallRequest message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    CallRequest.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.callId != null && $Object.hasOwnProperty.call(message, "callId") && message.callId !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.callId);
                        if (message.algorithmName != null && $Object.hasOwnProperty.call(message, "algorithmName"))
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.algorithmName);
                        if (message.pipelineName != null && $Object.hasOwnProperty.call(message, "pipelineName"))
                            writer.uint32(/* id 4, wireType 2 =*/34).string(message.pipelineName);
                        if (message.rawPipeline != null && $Object.hasOwnProperty.call(message, "rawPipeline"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.rawPipeline, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                        if (message.input != null && $Object.hasOwnProperty.call(message, "input"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.input, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                        if (message.includeResult != null && $Object.hasOwnProperty.call(message, "includeResult") && message.includeResult !== false)
                            writer.uint32(/* id 7, wireType 0 =*/56).bool(message.includeResult);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a CallRequest message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.CallRequest
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CallRequest & distributedkube.api.worker.v1.CallRequest.$Shape} CallRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    CallRequest.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.CallRequest();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.callId = value;
                                    else
                                        delete message.callId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.algorithmName = reader.stringVerify();
                                    message.target = "algorithmName";
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.pipelineName = reader.stringVerify();
                                    message.target = "pipelineName";
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    message.rawPipeline = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.rawPipeline);
                                    message.target = "rawPipeline";
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    message.input = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.input);
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.includeResult = value;
                                    else
                                        delete message.includeResult;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CallRequest;
                })();

                v1.CallCancel = (function() {

                    /**
                     * Properties of a CallCancel.
                     * @typedef {Object} distributedkube.api.worker.v1.CallCancel.$Properties
                     * @property {Uint8Array|null} [token] CallCancel token
                     * @property {string|null} [callId] CallCancel callId
                     * @property {string|null} [reason] CallCancel reason
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a CallCancel.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ICallCancel
                     * @augments distributedkube.api.worker.v1.CallCancel.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.CallCancel.$Properties instead.
                     */

                    /**
                     * Shape of a CallCancel.
                     * @typedef {distributedkube.api.worker.v1.CallCancel.$Properties} distributedkube.api.worker.v1.CallCancel.$Shape
                     */

                    /**
                     * Constructs a new CallCancel.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a CallCancel.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.CallCancel.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const CallCancel = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * CallCancel token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.CallCancel
                     * @instance
                     */
                    CallCancel.prototype.token = $util.newBuffer([]);

                    /**
                     * CallCancel callId.
                     * @member {string} callId
                     * @memberof distributedkube.api.worker.v1.CallCancel
                     * @instance
                     */
                    CallCancel.prototype.callId = "";

                    /**
                     * CallCancel reason.
                     * @member {string} reason
                     * @memberof distributedkube.api.worker.v1.CallCancel
                     * @instance
                     */
                    CallCancel.prototype.reason = "";

                    /**
                     * Creates a new CallCancel instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.CallCancel
                     * @static
                     * @param {distributedkube.api.worker.v1.CallCancel.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.CallCancel} CallCancel instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.CallCancel.$Shape): distributedkube.api.worker.v1.CallCancel & distributedkube.api.worker.v1.CallCancel.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.CallCancel.$Properties): distributedkube.api.worker.v1.CallCancel;
                     * }}
                     */
                    CallCancel.create = function(properties) {
                        return new CallCancel(properties);
                    };

                    /**
                     * Encodes the specified CallCancel message. Does not implicitly {@link distributedkube.api.worker.v1.CallCancel.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.CallCancel
                     * @static
                     * @param {distributedkube.api.worker.v1.CallCancel.$Properties} message CallCancel message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    CallCancel.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.callId != null && $Object.hasOwnProperty.call(message, "callId") && message.callId !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.callId);
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a CallCancel message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.CallCancel
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CallCancel & distributedkube.api.worker.v1.CallCancel.$Shape} CallCancel
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    CallCancel.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.CallCancel();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.callId = value;
                                    else
                                        delete message.callId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CallCancel;
                })();

                v1.CallResult = (function() {

                    /**
                     * Properties of a CallResult.
                     * @typedef {Object} distributedkube.api.worker.v1.CallResult.$Properties
                     * @property {Uint8Array|null} [token] CallResult token
                     * @property {string|null} [callId] CallResult callId
                     * @property {distributedkube.api.type.v1.Payload.$Properties|null} [output] CallResult output
                     * @property {distributedkube.api.type.v1.Failure.$Properties|null} [failure] CallResult failure
                     * @property {string|null} [stopped] CallResult stopped
                     * @property {"output"|"failure"|"stopped"} [outcome] CallResult outcome
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a CallResult.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ICallResult
                     * @augments distributedkube.api.worker.v1.CallResult.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.CallResult.$Properties instead.
                     */

                    /**
                     * Narrowed shape of a CallResult.
                     * @typedef {{
                     *   token?: Uint8Array|null;
                     *   callId?: string|null;
                     *   output?: distributedkube.api.type.v1.Payload.$Shape|null;
                     *   failure?: distributedkube.api.type.v1.Failure.$Shape|null;
                     *   stopped?: string|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ outcome?: undefined; output?: null; failure?: null; stopped?: null }|{ outcome?: "output"; output: distributedkube.api.type.v1.Payload.$Shape; failure?: null; stopped?: null }|{ outcome?: "failure"; output?: null; failure: distributedkube.api.type.v1.Failure.$Shape; stopped?: null }|{ outcome?: "stopped"; output?: null; failure?: null; stopped: string })
                     * )} distributedkube.api.worker.v1.CallResult.$Shape
                     */

                    /**
                     * Constructs a new CallResult.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a CallResult.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.CallResult.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const CallResult = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * CallResult token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @instance
                     */
                    CallResult.prototype.token = $util.newBuffer([]);

                    /**
                     * CallResult callId.
                     * @member {string} callId
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @instance
                     */
                    CallResult.prototype.callId = "";

                    /**
                     * CallResult output.
                     * @member {distributedkube.api.type.v1.Payload.$Properties|null|undefined} output
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @instance
                     */
                    CallResult.prototype.output = null;

                    /**
                     * CallResult failure.
                     * @member {distributedkube.api.type.v1.Failure.$Properties|null|undefined} failure
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @instance
                     */
                    CallResult.prototype.failure = null;

                    /**
                     * CallResult stopped.
                     * @member {string|null|undefined} stopped
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @instance
                     */
                    CallResult.prototype.stopped = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * CallResult outcome.
                     * @member {"output"|"failure"|"stopped"|undefined} outcome
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @instance
                     */
                    $Object.defineProperty(CallResult.prototype, "outcome", {
                        get: $util.oneOfGetter($oneOfFields = ["output", "failure", "stopped"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new CallResult instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @static
                     * @param {distributedkube.api.worker.v1.CallResult.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.CallResult} CallResult instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.CallResult.$Shape): distributedkube.api.worker.v1.CallResult & distributedkube.api.worker.v1.CallResult.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.CallResult.$Properties): distributedkube.api.worker.v1.CallResult;
                     * }}
                     */
                    CallResult.create = function(properties) {
                        return new CallResult(properties);
                    };

                    /**
                     * Encodes the specified CallResult message. Does not implicitly {@link distributedkube.api.worker.v1.CallResult.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @static
                     * @param {distributedkube.api.worker.v1.CallResult.$Properties} message CallResult message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    CallResult.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.callId != null && $Object.hasOwnProperty.call(message, "callId") && message.callId !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.callId);
                        if (message.output != null && $Object.hasOwnProperty.call(message, "output"))
                            $root.distributedkube.api.type.v1.Payload.encode(message.output, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.failure != null && $Object.hasOwnProperty.call(message, "failure"))
                            $root.distributedkube.api.type.v1.Failure.encode(message.failure, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                        if (message.stopped != null && $Object.hasOwnProperty.call(message, "stopped"))
                            writer.uint32(/* id 5, wireType 2 =*/42).string(message.stopped);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a CallResult message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.CallResult
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CallResult & distributedkube.api.worker.v1.CallResult.$Shape} CallResult
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    CallResult.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.CallResult();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.callId = value;
                                    else
                                        delete message.callId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.output = $root.distributedkube.api.type.v1.Payload.decode(reader, reader.size(), $undefined, _depth + 1, message.output);
                                    message.outcome = "output";
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    message.failure = $root.distributedkube.api.type.v1.Failure.decode(reader, reader.size(), $undefined, _depth + 1, message.failure);
                                    message.outcome = "failure";
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    message.stopped = reader.stringVerify();
                                    message.outcome = "stopped";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return CallResult;
                })();

                v1.SlotState = (function() {

                    /**
                     * Properties of a SlotState.
                     * @typedef {Object} distributedkube.api.worker.v1.SlotState.$Properties
                     * @property {Uint8Array|null} [token] SlotState token
                     * @property {boolean|null} [blocked] SlotState blocked
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a SlotState.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ISlotState
                     * @augments distributedkube.api.worker.v1.SlotState.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.SlotState.$Properties instead.
                     */

                    /**
                     * Shape of a SlotState.
                     * @typedef {distributedkube.api.worker.v1.SlotState.$Properties} distributedkube.api.worker.v1.SlotState.$Shape
                     */

                    /**
                     * Constructs a new SlotState.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a SlotState.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.SlotState.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const SlotState = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * SlotState token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.SlotState
                     * @instance
                     */
                    SlotState.prototype.token = $util.newBuffer([]);

                    /**
                     * SlotState blocked.
                     * @member {boolean} blocked
                     * @memberof distributedkube.api.worker.v1.SlotState
                     * @instance
                     */
                    SlotState.prototype.blocked = false;

                    /**
                     * Creates a new SlotState instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.SlotState
                     * @static
                     * @param {distributedkube.api.worker.v1.SlotState.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.SlotState} SlotState instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.SlotState.$Shape): distributedkube.api.worker.v1.SlotState & distributedkube.api.worker.v1.SlotState.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.SlotState.$Properties): distributedkube.api.worker.v1.SlotState;
                     * }}
                     */
                    SlotState.create = function(properties) {
                        return new SlotState(properties);
                    };

                    /**
                     * Encodes the specified SlotState message. Does not implicitly {@link distributedkube.api.worker.v1.SlotState.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.SlotState
                     * @static
                     * @param {distributedkube.api.worker.v1.SlotState.$Properties} message SlotState message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    SlotState.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.blocked != null && $Object.hasOwnProperty.call(message, "blocked") && message.blocked !== false)
                            writer.uint32(/* id 2, wireType 0 =*/16).bool(message.blocked);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a SlotState message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.SlotState
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.SlotState & distributedkube.api.worker.v1.SlotState.$Shape} SlotState
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    SlotState.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.SlotState();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.blocked = value;
                                    else
                                        delete message.blocked;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return SlotState;
                })();

                v1.LogBatch = (function() {

                    /**
                     * Properties of a LogBatch.
                     * @typedef {Object} distributedkube.api.worker.v1.LogBatch.$Properties
                     * @property {Array.<distributedkube.api.worker.v1.LogEntry.$Properties>|null} [lines] LogBatch lines
                     * @property {number|null} [dropped] LogBatch dropped
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a LogBatch.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ILogBatch
                     * @augments distributedkube.api.worker.v1.LogBatch.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.LogBatch.$Properties instead.
                     */

                    /**
                     * Shape of a LogBatch.
                     * @typedef {distributedkube.api.worker.v1.LogBatch.$Properties} distributedkube.api.worker.v1.LogBatch.$Shape
                     */

                    /**
                     * Constructs a new LogBatch.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a LogBatch.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.LogBatch.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const LogBatch = function (properties) {
                        this.lines = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * LogBatch lines.
                     * @member {Array.<distributedkube.api.worker.v1.LogEntry.$Properties>} lines
                     * @memberof distributedkube.api.worker.v1.LogBatch
                     * @instance
                     */
                    LogBatch.prototype.lines = $util.emptyArray;

                    /**
                     * LogBatch dropped.
                     * @member {number} dropped
                     * @memberof distributedkube.api.worker.v1.LogBatch
                     * @instance
                     */
                    LogBatch.prototype.dropped = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * Creates a new LogBatch instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.LogBatch
                     * @static
                     * @param {distributedkube.api.worker.v1.LogBatch.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.LogBatch} LogBatch instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.LogBatch.$Shape): distributedkube.api.worker.v1.LogBatch & distributedkube.api.worker.v1.LogBatch.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.LogBatch.$Properties): distributedkube.api.worker.v1.LogBatch;
                     * }}
                     */
                    LogBatch.create = function(properties) {
                        return new LogBatch(properties);
                    };

                    /**
                     * Encodes the specified LogBatch message. Does not implicitly {@link distributedkube.api.worker.v1.LogBatch.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.LogBatch
                     * @static
                     * @param {distributedkube.api.worker.v1.LogBatch.$Properties} message LogBatch message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    LogBatch.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.lines != null && message.lines.length)
                            for (let i = 0; i < message.lines.length; ++i)
                                $root.distributedkube.api.worker.v1.LogEntry.encode(message.lines[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.dropped != null && $Object.hasOwnProperty.call(message, "dropped") && (typeof message.dropped === "object" ? message.dropped.low || message.dropped.high : message.dropped !== 0))
                            writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.dropped);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a LogBatch message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.LogBatch
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.LogBatch & distributedkube.api.worker.v1.LogBatch.$Shape} LogBatch
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    LogBatch.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.LogBatch();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.lines && message.lines.length))
                                        message.lines = [];
                                    message.lines.push($root.distributedkube.api.worker.v1.LogEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.dropped = value;
                                    else
                                        delete message.dropped;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return LogBatch;
                })();

                v1.LogEntry = (function() {

                    /**
                     * Properties of a LogEntry.
                     * @typedef {Object} distributedkube.api.worker.v1.LogEntry.$Properties
                     * @property {Uint8Array|null} [token] LogEntry token
                     * @property {distributedkube.api.worker.v1.LogEntry.Stream|null} [stream] LogEntry stream
                     * @property {number|null} [timeUs] LogEntry timeUs
                     * @property {string|null} [text] LogEntry text
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a LogEntry.
                     * @memberof distributedkube.api.worker.v1
                     * @interface ILogEntry
                     * @augments distributedkube.api.worker.v1.LogEntry.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.LogEntry.$Properties instead.
                     */

                    /**
                     * Shape of a LogEntry.
                     * @typedef {distributedkube.api.worker.v1.LogEntry.$Properties} distributedkube.api.worker.v1.LogEntry.$Shape
                     */

                    /**
                     * Constructs a new LogEntry.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a LogEntry.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.LogEntry.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const LogEntry = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * LogEntry token.
                     * @member {Uint8Array} token
                     * @memberof distributedkube.api.worker.v1.LogEntry
                     * @instance
                     */
                    LogEntry.prototype.token = $util.newBuffer([]);

                    /**
                     * LogEntry stream.
                     * @member {distributedkube.api.worker.v1.LogEntry.Stream} stream
                     * @memberof distributedkube.api.worker.v1.LogEntry
                     * @instance
                     */
                    LogEntry.prototype.stream = 0;

                    /**
                     * LogEntry timeUs.
                     * @member {number} timeUs
                     * @memberof distributedkube.api.worker.v1.LogEntry
                     * @instance
                     */
                    LogEntry.prototype.timeUs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

                    /**
                     * LogEntry text.
                     * @member {string} text
                     * @memberof distributedkube.api.worker.v1.LogEntry
                     * @instance
                     */
                    LogEntry.prototype.text = "";

                    /**
                     * Creates a new LogEntry instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.LogEntry
                     * @static
                     * @param {distributedkube.api.worker.v1.LogEntry.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.LogEntry} LogEntry instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.LogEntry.$Shape): distributedkube.api.worker.v1.LogEntry & distributedkube.api.worker.v1.LogEntry.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.LogEntry.$Properties): distributedkube.api.worker.v1.LogEntry;
                     * }}
                     */
                    LogEntry.create = function(properties) {
                        return new LogEntry(properties);
                    };

                    /**
                     * Encodes the specified LogEntry message. Does not implicitly {@link distributedkube.api.worker.v1.LogEntry.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.LogEntry
                     * @static
                     * @param {distributedkube.api.worker.v1.LogEntry.$Properties} message LogEntry message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    LogEntry.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
                        if (message.stream != null && $Object.hasOwnProperty.call(message, "stream") && message.stream !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).int32(message.stream);
                        if (message.timeUs != null && $Object.hasOwnProperty.call(message, "timeUs") && (typeof message.timeUs === "object" ? message.timeUs.low || message.timeUs.high : message.timeUs !== 0))
                            writer.uint32(/* id 3, wireType 0 =*/24).int64(message.timeUs);
                        if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                            writer.uint32(/* id 4, wireType 2 =*/34).string(message.text);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a LogEntry message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.LogEntry
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.LogEntry & distributedkube.api.worker.v1.LogEntry.$Shape} LogEntry
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    LogEntry.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.LogEntry();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.token = value;
                                    else
                                        delete message.token;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.stream = value;
                                    else
                                        delete message.stream;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                        message.timeUs = value;
                                    else
                                        delete message.timeUs;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.text = value;
                                    else
                                        delete message.text;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * Stream enum.
                     * @name distributedkube.api.worker.v1.LogEntry.Stream
                     * @enum {number}
                     * @property {number} STREAM_UNSPECIFIED=0 STREAM_UNSPECIFIED value
                     * @property {number} STREAM_STDOUT=1 STREAM_STDOUT value
                     * @property {number} STREAM_STDERR=2 STREAM_STDERR value
                     * @property {number} STREAM_WORKER=3 STREAM_WORKER value
                     */
                    LogEntry.Stream = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "STREAM_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "STREAM_STDOUT"] = 1;
                        values[valuesById[2] = "STREAM_STDERR"] = 2;
                        values[valuesById[3] = "STREAM_WORKER"] = 3;
                        return values;
                    })();

                    return LogEntry;
                })();

                v1.WorkerState = (function() {

                    /**
                     * Properties of a WorkerState.
                     * @typedef {Object} distributedkube.api.worker.v1.WorkerState.$Properties
                     * @property {distributedkube.api.worker.v1.WorkerState.State|null} [state] WorkerState state
                     * @property {string|null} [reason] WorkerState reason
                     * @property {number|null} [exitCode] WorkerState exitCode
                     * @property {number|null} [signal] WorkerState signal
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a WorkerState.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IWorkerState
                     * @augments distributedkube.api.worker.v1.WorkerState.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.WorkerState.$Properties instead.
                     */

                    /**
                     * Shape of a WorkerState.
                     * @typedef {distributedkube.api.worker.v1.WorkerState.$Properties} distributedkube.api.worker.v1.WorkerState.$Shape
                     */

                    /**
                     * Constructs a new WorkerState.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a WorkerState.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.WorkerState.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const WorkerState = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * WorkerState state.
                     * @member {distributedkube.api.worker.v1.WorkerState.State} state
                     * @memberof distributedkube.api.worker.v1.WorkerState
                     * @instance
                     */
                    WorkerState.prototype.state = 0;

                    /**
                     * WorkerState reason.
                     * @member {string} reason
                     * @memberof distributedkube.api.worker.v1.WorkerState
                     * @instance
                     */
                    WorkerState.prototype.reason = "";

                    /**
                     * WorkerState exitCode.
                     * @member {number|null|undefined} exitCode
                     * @memberof distributedkube.api.worker.v1.WorkerState
                     * @instance
                     */
                    WorkerState.prototype.exitCode = null;

                    /**
                     * WorkerState signal.
                     * @member {number|null|undefined} signal
                     * @memberof distributedkube.api.worker.v1.WorkerState
                     * @instance
                     */
                    WorkerState.prototype.signal = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    // Virtual OneOf for proto3 optional field
                    $Object.defineProperty(WorkerState.prototype, "_exitCode", {
                        get: $util.oneOfGetter($oneOfFields = ["exitCode"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    // Virtual OneOf for proto3 optional field
                    $Object.defineProperty(WorkerState.prototype, "_signal", {
                        get: $util.oneOfGetter($oneOfFields = ["signal"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new WorkerState instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.WorkerState
                     * @static
                     * @param {distributedkube.api.worker.v1.WorkerState.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.WorkerState} WorkerState instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.WorkerState.$Shape): distributedkube.api.worker.v1.WorkerState & distributedkube.api.worker.v1.WorkerState.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.WorkerState.$Properties): distributedkube.api.worker.v1.WorkerState;
                     * }}
                     */
                    WorkerState.create = function(properties) {
                        return new WorkerState(properties);
                    };

                    /**
                     * Encodes the specified WorkerState message. Does not implicitly {@link distributedkube.api.worker.v1.WorkerState.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.WorkerState
                     * @static
                     * @param {distributedkube.api.worker.v1.WorkerState.$Properties} message WorkerState message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    WorkerState.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).int32(message.state);
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.reason);
                        if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode"))
                            writer.uint32(/* id 3, wireType 0 =*/24).int32(message.exitCode);
                        if (message.signal != null && $Object.hasOwnProperty.call(message, "signal"))
                            writer.uint32(/* id 4, wireType 0 =*/32).int32(message.signal);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a WorkerState message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.WorkerState
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.WorkerState & distributedkube.api.worker.v1.WorkerState.$Shape} WorkerState
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    WorkerState.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.WorkerState();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.state = value;
                                    else
                                        delete message.state;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    message.exitCode = reader.int32();
                                    message._exitCode = "exitCode";
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 0)
                                        break;
                                    message.signal = reader.int32();
                                    message._signal = "signal";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * State enum.
                     * @name distributedkube.api.worker.v1.WorkerState.State
                     * @enum {number}
                     * @property {number} STATE_UNSPECIFIED=0 STATE_UNSPECIFIED value
                     * @property {number} STATE_RUNNER_RESTARTED=1 STATE_RUNNER_RESTARTED value
                     * @property {number} STATE_DRAINING=2 STATE_DRAINING value
                     * @property {number} STATE_EXITING=3 STATE_EXITING value
                     */
                    WorkerState.State = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "STATE_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "STATE_RUNNER_RESTARTED"] = 1;
                        values[valuesById[2] = "STATE_DRAINING"] = 2;
                        values[valuesById[3] = "STATE_EXITING"] = 3;
                        return values;
                    })();

                    return WorkerState;
                })();

                v1.Drain = (function() {

                    /**
                     * Properties of a Drain.
                     * @typedef {Object} distributedkube.api.worker.v1.Drain.$Properties
                     * @property {google.protobuf.Duration.$Properties|null} [deadline] Drain deadline
                     * @property {string|null} [reason] Drain reason
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Drain.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IDrain
                     * @augments distributedkube.api.worker.v1.Drain.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Drain.$Properties instead.
                     */

                    /**
                     * Shape of a Drain.
                     * @typedef {distributedkube.api.worker.v1.Drain.$Properties} distributedkube.api.worker.v1.Drain.$Shape
                     */

                    /**
                     * Constructs a new Drain.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Drain.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Drain.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Drain = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Drain deadline.
                     * @member {google.protobuf.Duration.$Properties|null|undefined} deadline
                     * @memberof distributedkube.api.worker.v1.Drain
                     * @instance
                     */
                    Drain.prototype.deadline = null;

                    /**
                     * Drain reason.
                     * @member {string} reason
                     * @memberof distributedkube.api.worker.v1.Drain
                     * @instance
                     */
                    Drain.prototype.reason = "";

                    /**
                     * Creates a new Drain instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Drain
                     * @static
                     * @param {distributedkube.api.worker.v1.Drain.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Drain} Drain instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Drain.$Shape): distributedkube.api.worker.v1.Drain & distributedkube.api.worker.v1.Drain.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Drain.$Properties): distributedkube.api.worker.v1.Drain;
                     * }}
                     */
                    Drain.create = function(properties) {
                        return new Drain(properties);
                    };

                    /**
                     * Encodes the specified Drain message. Does not implicitly {@link distributedkube.api.worker.v1.Drain.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Drain
                     * @static
                     * @param {distributedkube.api.worker.v1.Drain.$Properties} message Drain message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Drain.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.deadline != null && $Object.hasOwnProperty.call(message, "deadline"))
                            $root.google.protobuf.Duration.encode(message.deadline, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                        if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.reason);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Drain message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Drain
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Drain & distributedkube.api.worker.v1.Drain.$Shape} Drain
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Drain.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Drain();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    message.deadline = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.deadline);
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.reason = value;
                                    else
                                        delete message.reason;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Drain;
                })();

                v1.Exit = (function() {

                    /**
                     * Properties of an Exit.
                     * @typedef {Object} distributedkube.api.worker.v1.Exit.$Properties
                     * @property {number|null} [exitCode] Exit exitCode
                     * @property {google.protobuf.Duration.$Properties|null} [grace] Exit grace
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of an Exit.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IExit
                     * @augments distributedkube.api.worker.v1.Exit.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Exit.$Properties instead.
                     */

                    /**
                     * Shape of an Exit.
                     * @typedef {distributedkube.api.worker.v1.Exit.$Properties} distributedkube.api.worker.v1.Exit.$Shape
                     */

                    /**
                     * Constructs a new Exit.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents an Exit.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Exit.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Exit = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Exit exitCode.
                     * @member {number} exitCode
                     * @memberof distributedkube.api.worker.v1.Exit
                     * @instance
                     */
                    Exit.prototype.exitCode = 0;

                    /**
                     * Exit grace.
                     * @member {google.protobuf.Duration.$Properties|null|undefined} grace
                     * @memberof distributedkube.api.worker.v1.Exit
                     * @instance
                     */
                    Exit.prototype.grace = null;

                    /**
                     * Creates a new Exit instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Exit
                     * @static
                     * @param {distributedkube.api.worker.v1.Exit.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Exit} Exit instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Exit.$Shape): distributedkube.api.worker.v1.Exit & distributedkube.api.worker.v1.Exit.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Exit.$Properties): distributedkube.api.worker.v1.Exit;
                     * }}
                     */
                    Exit.create = function(properties) {
                        return new Exit(properties);
                    };

                    /**
                     * Encodes the specified Exit message. Does not implicitly {@link distributedkube.api.worker.v1.Exit.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Exit
                     * @static
                     * @param {distributedkube.api.worker.v1.Exit.$Properties} message Exit message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Exit.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode") && message.exitCode !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).int32(message.exitCode);
                        if (message.grace != null && $Object.hasOwnProperty.call(message, "grace"))
                            $root.google.protobuf.Duration.encode(message.grace, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes an Exit message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Exit
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Exit & distributedkube.api.worker.v1.Exit.$Shape} Exit
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Exit.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Exit();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.exitCode = value;
                                    else
                                        delete message.exitCode;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.grace = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.grace);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Exit;
                })();

                v1.Reconnect = (function() {

                    /**
                     * Properties of a Reconnect.
                     * @typedef {Object} distributedkube.api.worker.v1.Reconnect.$Properties
                     * @property {string|null} [endpoint] Reconnect endpoint
                     * @property {google.protobuf.Duration.$Properties|null} [maxDelay] Reconnect maxDelay
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Reconnect.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IReconnect
                     * @augments distributedkube.api.worker.v1.Reconnect.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.Reconnect.$Properties instead.
                     */

                    /**
                     * Shape of a Reconnect.
                     * @typedef {distributedkube.api.worker.v1.Reconnect.$Properties} distributedkube.api.worker.v1.Reconnect.$Shape
                     */

                    /**
                     * Constructs a new Reconnect.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a Reconnect.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.Reconnect.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Reconnect = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Reconnect endpoint.
                     * @member {string} endpoint
                     * @memberof distributedkube.api.worker.v1.Reconnect
                     * @instance
                     */
                    Reconnect.prototype.endpoint = "";

                    /**
                     * Reconnect maxDelay.
                     * @member {google.protobuf.Duration.$Properties|null|undefined} maxDelay
                     * @memberof distributedkube.api.worker.v1.Reconnect
                     * @instance
                     */
                    Reconnect.prototype.maxDelay = null;

                    /**
                     * Creates a new Reconnect instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.Reconnect
                     * @static
                     * @param {distributedkube.api.worker.v1.Reconnect.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.Reconnect} Reconnect instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.Reconnect.$Shape): distributedkube.api.worker.v1.Reconnect & distributedkube.api.worker.v1.Reconnect.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.Reconnect.$Properties): distributedkube.api.worker.v1.Reconnect;
                     * }}
                     */
                    Reconnect.create = function(properties) {
                        return new Reconnect(properties);
                    };

                    /**
                     * Encodes the specified Reconnect message. Does not implicitly {@link distributedkube.api.worker.v1.Reconnect.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.Reconnect
                     * @static
                     * @param {distributedkube.api.worker.v1.Reconnect.$Properties} message Reconnect message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Reconnect.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.endpoint != null && $Object.hasOwnProperty.call(message, "endpoint") && message.endpoint !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.endpoint);
                        if (message.maxDelay != null && $Object.hasOwnProperty.call(message, "maxDelay"))
                            $root.google.protobuf.Duration.encode(message.maxDelay, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Reconnect message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.Reconnect
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Reconnect & distributedkube.api.worker.v1.Reconnect.$Shape} Reconnect
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Reconnect.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.Reconnect();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.endpoint = value;
                                    else
                                        delete message.endpoint;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.maxDelay = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.maxDelay);
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Reconnect;
                })();

                v1.ConfigUpdate = (function() {

                    /**
                     * Properties of a ConfigUpdate.
                     * @typedef {Object} distributedkube.api.worker.v1.ConfigUpdate.$Properties
                     * @property {number|null} [maxPrefetch] ConfigUpdate maxPrefetch
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a ConfigUpdate.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IConfigUpdate
                     * @augments distributedkube.api.worker.v1.ConfigUpdate.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.ConfigUpdate.$Properties instead.
                     */

                    /**
                     * Shape of a ConfigUpdate.
                     * @typedef {distributedkube.api.worker.v1.ConfigUpdate.$Properties} distributedkube.api.worker.v1.ConfigUpdate.$Shape
                     */

                    /**
                     * Constructs a new ConfigUpdate.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a ConfigUpdate.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.ConfigUpdate.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const ConfigUpdate = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * ConfigUpdate maxPrefetch.
                     * @member {number|null|undefined} maxPrefetch
                     * @memberof distributedkube.api.worker.v1.ConfigUpdate
                     * @instance
                     */
                    ConfigUpdate.prototype.maxPrefetch = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    // Virtual OneOf for proto3 optional field
                    $Object.defineProperty(ConfigUpdate.prototype, "_maxPrefetch", {
                        get: $util.oneOfGetter($oneOfFields = ["maxPrefetch"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new ConfigUpdate instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.ConfigUpdate
                     * @static
                     * @param {distributedkube.api.worker.v1.ConfigUpdate.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.ConfigUpdate} ConfigUpdate instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.ConfigUpdate.$Shape): distributedkube.api.worker.v1.ConfigUpdate & distributedkube.api.worker.v1.ConfigUpdate.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.ConfigUpdate.$Properties): distributedkube.api.worker.v1.ConfigUpdate;
                     * }}
                     */
                    ConfigUpdate.create = function(properties) {
                        return new ConfigUpdate(properties);
                    };

                    /**
                     * Encodes the specified ConfigUpdate message. Does not implicitly {@link distributedkube.api.worker.v1.ConfigUpdate.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.ConfigUpdate
                     * @static
                     * @param {distributedkube.api.worker.v1.ConfigUpdate.$Properties} message ConfigUpdate message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    ConfigUpdate.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.maxPrefetch != null && $Object.hasOwnProperty.call(message, "maxPrefetch"))
                            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.maxPrefetch);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a ConfigUpdate message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.ConfigUpdate
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ConfigUpdate & distributedkube.api.worker.v1.ConfigUpdate.$Shape} ConfigUpdate
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    ConfigUpdate.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.ConfigUpdate();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    message.maxPrefetch = reader.uint32();
                                    message._maxPrefetch = "maxPrefetch";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ConfigUpdate;
                })();

                v1.ProtocolError = (function() {

                    /**
                     * Properties of a ProtocolError.
                     * @typedef {Object} distributedkube.api.worker.v1.ProtocolError.$Properties
                     * @property {string|null} [code] ProtocolError code
                     * @property {string|null} [message] ProtocolError message
                     * @property {number|null} [seq] ProtocolError seq
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a ProtocolError.
                     * @memberof distributedkube.api.worker.v1
                     * @interface IProtocolError
                     * @augments distributedkube.api.worker.v1.ProtocolError.$Properties
                     * @deprecated Use distributedkube.api.worker.v1.ProtocolError.$Properties instead.
                     */

                    /**
                     * Shape of a ProtocolError.
                     * @typedef {distributedkube.api.worker.v1.ProtocolError.$Properties} distributedkube.api.worker.v1.ProtocolError.$Shape
                     */

                    /**
                     * Constructs a new ProtocolError.
                     * @memberof distributedkube.api.worker.v1
                     * @classdesc Represents a ProtocolError.
                     * @constructor
                     * @param {distributedkube.api.worker.v1.ProtocolError.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const ProtocolError = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * ProtocolError code.
                     * @member {string} code
                     * @memberof distributedkube.api.worker.v1.ProtocolError
                     * @instance
                     */
                    ProtocolError.prototype.code = "";

                    /**
                     * ProtocolError message.
                     * @member {string} message
                     * @memberof distributedkube.api.worker.v1.ProtocolError
                     * @instance
                     */
                    ProtocolError.prototype.message = "";

                    /**
                     * ProtocolError seq.
                     * @member {number} seq
                     * @memberof distributedkube.api.worker.v1.ProtocolError
                     * @instance
                     */
                    ProtocolError.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * Creates a new ProtocolError instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.worker.v1.ProtocolError
                     * @static
                     * @param {distributedkube.api.worker.v1.ProtocolError.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.worker.v1.ProtocolError} ProtocolError instance
                     * @type {{
                     *   (properties: distributedkube.api.worker.v1.ProtocolError.$Shape): distributedkube.api.worker.v1.ProtocolError & distributedkube.api.worker.v1.ProtocolError.$Shape;
                     *   (properties?: distributedkube.api.worker.v1.ProtocolError.$Properties): distributedkube.api.worker.v1.ProtocolError;
                     * }}
                     */
                    ProtocolError.create = function(properties) {
                        return new ProtocolError(properties);
                    };

                    /**
                     * Encodes the specified ProtocolError message. Does not implicitly {@link distributedkube.api.worker.v1.ProtocolError.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.worker.v1.ProtocolError
                     * @static
                     * @param {distributedkube.api.worker.v1.ProtocolError.$Properties} message ProtocolError message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    ProtocolError.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.code);
                        if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                        if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                            writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.seq);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a ProtocolError message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.worker.v1.ProtocolError
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ProtocolError & distributedkube.api.worker.v1.ProtocolError.$Shape} ProtocolError
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    ProtocolError.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.worker.v1.ProtocolError();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.code = value;
                                    else
                                        delete message.code;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.message = value;
                                    else
                                        delete message.message;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.seq = value;
                                    else
                                        delete message.seq;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return ProtocolError;
                })();

                return v1;
            })();

            return worker;
        })();

        api.type = (function() {

            /**
             * Namespace type.
             * @memberof distributedkube.api
             * @namespace
             */
            const type = {};

            type.v1 = (function() {

                /**
                 * Namespace v1.
                 * @memberof distributedkube.api.type
                 * @namespace
                 */
                const v1 = {};

                v1.Payload = (function() {

                    /**
                     * Properties of a Payload.
                     * @typedef {Object} distributedkube.api.type.v1.Payload.$Properties
                     * @property {string|null} [contentType] Payload contentType
                     * @property {Uint8Array|null} [data] Payload data
                     * @property {distributedkube.api.type.v1.BlobRef.$Properties|null} [ref] Payload ref
                     * @property {Array.<distributedkube.api.type.v1.PathShape.$Properties>|null} [shapes] Payload shapes
                     * @property {"data"|"ref"} [location] Payload location
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Payload.
                     * @memberof distributedkube.api.type.v1
                     * @interface IPayload
                     * @augments distributedkube.api.type.v1.Payload.$Properties
                     * @deprecated Use distributedkube.api.type.v1.Payload.$Properties instead.
                     */

                    /**
                     * Narrowed shape of a Payload.
                     * @typedef {{
                     *   contentType?: string|null;
                     *   data?: Uint8Array|null;
                     *   ref?: distributedkube.api.type.v1.BlobRef.$Shape|null;
                     *   shapes?: Array.<distributedkube.api.type.v1.PathShape.$Shape>|null;
                     *   $unknowns?: Array.<Uint8Array>;
                     * } & (
                     *   ({ location?: undefined; data?: null; ref?: null }|{ location?: "data"; data: Uint8Array; ref?: null }|{ location?: "ref"; data?: null; ref: distributedkube.api.type.v1.BlobRef.$Shape })
                     * )} distributedkube.api.type.v1.Payload.$Shape
                     */

                    /**
                     * Constructs a new Payload.
                     * @memberof distributedkube.api.type.v1
                     * @classdesc Represents a Payload.
                     * @constructor
                     * @param {distributedkube.api.type.v1.Payload.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Payload = function (properties) {
                        this.shapes = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Payload contentType.
                     * @member {string} contentType
                     * @memberof distributedkube.api.type.v1.Payload
                     * @instance
                     */
                    Payload.prototype.contentType = "";

                    /**
                     * Payload data.
                     * @member {Uint8Array|null|undefined} data
                     * @memberof distributedkube.api.type.v1.Payload
                     * @instance
                     */
                    Payload.prototype.data = null;

                    /**
                     * Payload ref.
                     * @member {distributedkube.api.type.v1.BlobRef.$Properties|null|undefined} ref
                     * @memberof distributedkube.api.type.v1.Payload
                     * @instance
                     */
                    Payload.prototype.ref = null;

                    /**
                     * Payload shapes.
                     * @member {Array.<distributedkube.api.type.v1.PathShape.$Properties>} shapes
                     * @memberof distributedkube.api.type.v1.Payload
                     * @instance
                     */
                    Payload.prototype.shapes = $util.emptyArray;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    /**
                     * Payload location.
                     * @member {"data"|"ref"|undefined} location
                     * @memberof distributedkube.api.type.v1.Payload
                     * @instance
                     */
                    $Object.defineProperty(Payload.prototype, "location", {
                        get: $util.oneOfGetter($oneOfFields = ["data", "ref"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new Payload instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.type.v1.Payload
                     * @static
                     * @param {distributedkube.api.type.v1.Payload.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.type.v1.Payload} Payload instance
                     * @type {{
                     *   (properties: distributedkube.api.type.v1.Payload.$Shape): distributedkube.api.type.v1.Payload & distributedkube.api.type.v1.Payload.$Shape;
                     *   (properties?: distributedkube.api.type.v1.Payload.$Properties): distributedkube.api.type.v1.Payload;
                     * }}
                     */
                    Payload.create = function(properties) {
                        return new Payload(properties);
                    };

                    /**
                     * Encodes the specified Payload message. Does not implicitly {@link distributedkube.api.type.v1.Payload.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.type.v1.Payload
                     * @static
                     * @param {distributedkube.api.type.v1.Payload.$Properties} message Payload message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Payload.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.contentType != null && $Object.hasOwnProperty.call(message, "contentType") && message.contentType !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.contentType);
                        if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                            writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.data);
                        if (message.ref != null && $Object.hasOwnProperty.call(message, "ref"))
                            $root.distributedkube.api.type.v1.BlobRef.encode(message.ref, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                        if (message.shapes != null && message.shapes.length)
                            for (let i = 0; i < message.shapes.length; ++i)
                                $root.distributedkube.api.type.v1.PathShape.encode(message.shapes[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Payload message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.type.v1.Payload
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.type.v1.Payload & distributedkube.api.type.v1.Payload.$Shape} Payload
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Payload.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.type.v1.Payload();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.contentType = value;
                                    else
                                        delete message.contentType;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    message.data = reader.bytes();
                                    message.location = "data";
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    message.ref = $root.distributedkube.api.type.v1.BlobRef.decode(reader, reader.size(), $undefined, _depth + 1, message.ref);
                                    message.location = "ref";
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.shapes && message.shapes.length))
                                        message.shapes = [];
                                    message.shapes.push($root.distributedkube.api.type.v1.PathShape.decode(reader, reader.size(), $undefined, _depth + 1));
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return Payload;
                })();

                v1.BlobRef = (function() {

                    /**
                     * Properties of a BlobRef.
                     * @typedef {Object} distributedkube.api.type.v1.BlobRef.$Properties
                     * @property {string|null} [key] BlobRef key
                     * @property {number|null} [size] BlobRef size
                     * @property {string|null} [sha256] BlobRef sha256
                     * @property {string|null} [url] BlobRef url
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a BlobRef.
                     * @memberof distributedkube.api.type.v1
                     * @interface IBlobRef
                     * @augments distributedkube.api.type.v1.BlobRef.$Properties
                     * @deprecated Use distributedkube.api.type.v1.BlobRef.$Properties instead.
                     */

                    /**
                     * Shape of a BlobRef.
                     * @typedef {distributedkube.api.type.v1.BlobRef.$Properties} distributedkube.api.type.v1.BlobRef.$Shape
                     */

                    /**
                     * Constructs a new BlobRef.
                     * @memberof distributedkube.api.type.v1
                     * @classdesc Represents a BlobRef.
                     * @constructor
                     * @param {distributedkube.api.type.v1.BlobRef.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const BlobRef = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * BlobRef key.
                     * @member {string} key
                     * @memberof distributedkube.api.type.v1.BlobRef
                     * @instance
                     */
                    BlobRef.prototype.key = "";

                    /**
                     * BlobRef size.
                     * @member {number} size
                     * @memberof distributedkube.api.type.v1.BlobRef
                     * @instance
                     */
                    BlobRef.prototype.size = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * BlobRef sha256.
                     * @member {string} sha256
                     * @memberof distributedkube.api.type.v1.BlobRef
                     * @instance
                     */
                    BlobRef.prototype.sha256 = "";

                    /**
                     * BlobRef url.
                     * @member {string} url
                     * @memberof distributedkube.api.type.v1.BlobRef
                     * @instance
                     */
                    BlobRef.prototype.url = "";

                    /**
                     * Creates a new BlobRef instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.type.v1.BlobRef
                     * @static
                     * @param {distributedkube.api.type.v1.BlobRef.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.type.v1.BlobRef} BlobRef instance
                     * @type {{
                     *   (properties: distributedkube.api.type.v1.BlobRef.$Shape): distributedkube.api.type.v1.BlobRef & distributedkube.api.type.v1.BlobRef.$Shape;
                     *   (properties?: distributedkube.api.type.v1.BlobRef.$Properties): distributedkube.api.type.v1.BlobRef;
                     * }}
                     */
                    BlobRef.create = function(properties) {
                        return new BlobRef(properties);
                    };

                    /**
                     * Encodes the specified BlobRef message. Does not implicitly {@link distributedkube.api.type.v1.BlobRef.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.type.v1.BlobRef
                     * @static
                     * @param {distributedkube.api.type.v1.BlobRef.$Properties} message BlobRef message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    BlobRef.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.key);
                        if (message.size != null && $Object.hasOwnProperty.call(message, "size") && (typeof message.size === "object" ? message.size.low || message.size.high : message.size !== 0))
                            writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.size);
                        if (message.sha256 != null && $Object.hasOwnProperty.call(message, "sha256") && message.sha256 !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.sha256);
                        if (message.url != null && $Object.hasOwnProperty.call(message, "url") && message.url !== "")
                            writer.uint32(/* id 4, wireType 2 =*/34).string(message.url);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a BlobRef message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.type.v1.BlobRef
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.type.v1.BlobRef & distributedkube.api.type.v1.BlobRef.$Shape} BlobRef
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    BlobRef.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.type.v1.BlobRef();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.key = value;
                                    else
                                        delete message.key;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.size = value;
                                    else
                                        delete message.size;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.sha256 = value;
                                    else
                                        delete message.sha256;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.url = value;
                                    else
                                        delete message.url;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return BlobRef;
                })();

                v1.PathShape = (function() {

                    /**
                     * Properties of a PathShape.
                     * @typedef {Object} distributedkube.api.type.v1.PathShape.$Properties
                     * @property {string|null} [path] PathShape path
                     * @property {string|null} [type] PathShape type
                     * @property {number|null} [size] PathShape size
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a PathShape.
                     * @memberof distributedkube.api.type.v1
                     * @interface IPathShape
                     * @augments distributedkube.api.type.v1.PathShape.$Properties
                     * @deprecated Use distributedkube.api.type.v1.PathShape.$Properties instead.
                     */

                    /**
                     * Shape of a PathShape.
                     * @typedef {distributedkube.api.type.v1.PathShape.$Properties} distributedkube.api.type.v1.PathShape.$Shape
                     */

                    /**
                     * Constructs a new PathShape.
                     * @memberof distributedkube.api.type.v1
                     * @classdesc Represents a PathShape.
                     * @constructor
                     * @param {distributedkube.api.type.v1.PathShape.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const PathShape = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * PathShape path.
                     * @member {string} path
                     * @memberof distributedkube.api.type.v1.PathShape
                     * @instance
                     */
                    PathShape.prototype.path = "";

                    /**
                     * PathShape type.
                     * @member {string} type
                     * @memberof distributedkube.api.type.v1.PathShape
                     * @instance
                     */
                    PathShape.prototype.type = "";

                    /**
                     * PathShape size.
                     * @member {number} size
                     * @memberof distributedkube.api.type.v1.PathShape
                     * @instance
                     */
                    PathShape.prototype.size = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                    /**
                     * Creates a new PathShape instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.type.v1.PathShape
                     * @static
                     * @param {distributedkube.api.type.v1.PathShape.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.type.v1.PathShape} PathShape instance
                     * @type {{
                     *   (properties: distributedkube.api.type.v1.PathShape.$Shape): distributedkube.api.type.v1.PathShape & distributedkube.api.type.v1.PathShape.$Shape;
                     *   (properties?: distributedkube.api.type.v1.PathShape.$Properties): distributedkube.api.type.v1.PathShape;
                     * }}
                     */
                    PathShape.create = function(properties) {
                        return new PathShape(properties);
                    };

                    /**
                     * Encodes the specified PathShape message. Does not implicitly {@link distributedkube.api.type.v1.PathShape.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.type.v1.PathShape
                     * @static
                     * @param {distributedkube.api.type.v1.PathShape.$Properties} message PathShape message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    PathShape.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.path);
                        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.type);
                        if (message.size != null && $Object.hasOwnProperty.call(message, "size") && (typeof message.size === "object" ? message.size.low || message.size.high : message.size !== 0))
                            writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.size);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a PathShape message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.type.v1.PathShape
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.type.v1.PathShape & distributedkube.api.type.v1.PathShape.$Shape} PathShape
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    PathShape.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.type.v1.PathShape();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.path = value;
                                    else
                                        delete message.path;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.type = value;
                                    else
                                        delete message.type;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                        message.size = value;
                                    else
                                        delete message.size;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return PathShape;
                })();

                v1.Failure = (function() {

                    /**
                     * Properties of a Failure.
                     * @typedef {Object} distributedkube.api.type.v1.Failure.$Properties
                     * @property {distributedkube.api.type.v1.Failure.Category|null} [category] Failure category
                     * @property {string|null} [type] Failure type
                     * @property {string|null} [message] Failure message
                     * @property {string|null} [stackTrace] Failure stackTrace
                     * @property {string|null} [source] Failure source
                     * @property {distributedkube.api.type.v1.Failure.$Properties|null} [cause] Failure cause
                     * @property {boolean|null} [retryable] Failure retryable
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Failure.
                     * @memberof distributedkube.api.type.v1
                     * @interface IFailure
                     * @augments distributedkube.api.type.v1.Failure.$Properties
                     * @deprecated Use distributedkube.api.type.v1.Failure.$Properties instead.
                     */

                    /**
                     * Shape of a Failure.
                     * @typedef {distributedkube.api.type.v1.Failure.$Properties} distributedkube.api.type.v1.Failure.$Shape
                     */

                    /**
                     * Constructs a new Failure.
                     * @memberof distributedkube.api.type.v1
                     * @classdesc Represents a Failure.
                     * @constructor
                     * @param {distributedkube.api.type.v1.Failure.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Failure = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Failure category.
                     * @member {distributedkube.api.type.v1.Failure.Category} category
                     * @memberof distributedkube.api.type.v1.Failure
                     * @instance
                     */
                    Failure.prototype.category = 0;

                    /**
                     * Failure type.
                     * @member {string} type
                     * @memberof distributedkube.api.type.v1.Failure
                     * @instance
                     */
                    Failure.prototype.type = "";

                    /**
                     * Failure message.
                     * @member {string} message
                     * @memberof distributedkube.api.type.v1.Failure
                     * @instance
                     */
                    Failure.prototype.message = "";

                    /**
                     * Failure stackTrace.
                     * @member {string} stackTrace
                     * @memberof distributedkube.api.type.v1.Failure
                     * @instance
                     */
                    Failure.prototype.stackTrace = "";

                    /**
                     * Failure source.
                     * @member {string} source
                     * @memberof distributedkube.api.type.v1.Failure
                     * @instance
                     */
                    Failure.prototype.source = "";

                    /**
                     * Failure cause.
                     * @member {distributedkube.api.type.v1.Failure.$Properties|null|undefined} cause
                     * @memberof distributedkube.api.type.v1.Failure
                     * @instance
                     */
                    Failure.prototype.cause = null;

                    /**
                     * Failure retryable.
                     * @member {boolean|null|undefined} retryable
                     * @memberof distributedkube.api.type.v1.Failure
                     * @instance
                     */
                    Failure.prototype.retryable = null;

                    // OneOf field names bound to virtual getters and setters
                    let $oneOfFields;

                    // Virtual OneOf for proto3 optional field
                    $Object.defineProperty(Failure.prototype, "_retryable", {
                        get: $util.oneOfGetter($oneOfFields = ["retryable"]),
                        set: $util.oneOfSetter($oneOfFields)
                    });

                    /**
                     * Creates a new Failure instance using the specified properties.
                     * @function create
                     * @memberof distributedkube.api.type.v1.Failure
                     * @static
                     * @param {distributedkube.api.type.v1.Failure.$Properties=} [properties] Properties to set
                     * @returns {distributedkube.api.type.v1.Failure} Failure instance
                     * @type {{
                     *   (properties: distributedkube.api.type.v1.Failure.$Shape): distributedkube.api.type.v1.Failure & distributedkube.api.type.v1.Failure.$Shape;
                     *   (properties?: distributedkube.api.type.v1.Failure.$Properties): distributedkube.api.type.v1.Failure;
                     * }}
                     */
                    Failure.create = function(properties) {
                        return new Failure(properties);
                    };

                    /**
                     * Encodes the specified Failure message. Does not implicitly {@link distributedkube.api.type.v1.Failure.verify|verify} messages.
                     * @function encode
                     * @memberof distributedkube.api.type.v1.Failure
                     * @static
                     * @param {distributedkube.api.type.v1.Failure.$Properties} message Failure message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Failure.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.category != null && $Object.hasOwnProperty.call(message, "category") && message.category !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).int32(message.category);
                        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.type);
                        if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.message);
                        if (message.stackTrace != null && $Object.hasOwnProperty.call(message, "stackTrace") && message.stackTrace !== "")
                            writer.uint32(/* id 4, wireType 2 =*/34).string(message.stackTrace);
                        if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                            writer.uint32(/* id 5, wireType 2 =*/42).string(message.source);
                        if (message.cause != null && $Object.hasOwnProperty.call(message, "cause"))
                            $root.distributedkube.api.type.v1.Failure.encode(message.cause, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                        if (message.retryable != null && $Object.hasOwnProperty.call(message, "retryable"))
                            writer.uint32(/* id 7, wireType 0 =*/56).bool(message.retryable);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Failure message from the specified reader or buffer.
                     * @function decode
                     * @memberof distributedkube.api.type.v1.Failure
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {distributedkube.api.type.v1.Failure & distributedkube.api.type.v1.Failure.$Shape} Failure
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Failure.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.distributedkube.api.type.v1.Failure();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.category = value;
                                    else
                                        delete message.category;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.type = value;
                                    else
                                        delete message.type;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.message = value;
                                    else
                                        delete message.message;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.stackTrace = value;
                                    else
                                        delete message.stackTrace;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.source = value;
                                    else
                                        delete message.source;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    message.cause = $root.distributedkube.api.type.v1.Failure.decode(reader, reader.size(), $undefined, _depth + 1, message.cause);
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 0)
                                        break;
                                    message.retryable = reader.bool();
                                    message._retryable = "retryable";
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * Category enum.
                     * @name distributedkube.api.type.v1.Failure.Category
                     * @enum {number}
                     * @property {number} CATEGORY_UNSPECIFIED=0 CATEGORY_UNSPECIFIED value
                     * @property {number} CATEGORY_LOAD=1 CATEGORY_LOAD value
                     * @property {number} CATEGORY_INIT=2 CATEGORY_INIT value
                     * @property {number} CATEGORY_USER_CODE=3 CATEGORY_USER_CODE value
                     * @property {number} CATEGORY_INPUT_FETCH=4 CATEGORY_INPUT_FETCH value
                     * @property {number} CATEGORY_INPUT_DECODE=5 CATEGORY_INPUT_DECODE value
                     * @property {number} CATEGORY_OUTPUT_ENCODE=6 CATEGORY_OUTPUT_ENCODE value
                     * @property {number} CATEGORY_OUTPUT_STORE=7 CATEGORY_OUTPUT_STORE value
                     * @property {number} CATEGORY_CRASH=8 CATEGORY_CRASH value
                     * @property {number} CATEGORY_OUT_OF_MEMORY=9 CATEGORY_OUT_OF_MEMORY value
                     * @property {number} CATEGORY_IMAGE=10 CATEGORY_IMAGE value
                     * @property {number} CATEGORY_TIMEOUT=11 CATEGORY_TIMEOUT value
                     * @property {number} CATEGORY_LOST=12 CATEGORY_LOST value
                     * @property {number} CATEGORY_CANCELLED=13 CATEGORY_CANCELLED value
                     * @property {number} CATEGORY_PROTOCOL=14 CATEGORY_PROTOCOL value
                     */
                    Failure.Category = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "CATEGORY_UNSPECIFIED"] = 0;
                        values[valuesById[1] = "CATEGORY_LOAD"] = 1;
                        values[valuesById[2] = "CATEGORY_INIT"] = 2;
                        values[valuesById[3] = "CATEGORY_USER_CODE"] = 3;
                        values[valuesById[4] = "CATEGORY_INPUT_FETCH"] = 4;
                        values[valuesById[5] = "CATEGORY_INPUT_DECODE"] = 5;
                        values[valuesById[6] = "CATEGORY_OUTPUT_ENCODE"] = 6;
                        values[valuesById[7] = "CATEGORY_OUTPUT_STORE"] = 7;
                        values[valuesById[8] = "CATEGORY_CRASH"] = 8;
                        values[valuesById[9] = "CATEGORY_OUT_OF_MEMORY"] = 9;
                        values[valuesById[10] = "CATEGORY_IMAGE"] = 10;
                        values[valuesById[11] = "CATEGORY_TIMEOUT"] = 11;
                        values[valuesById[12] = "CATEGORY_LOST"] = 12;
                        values[valuesById[13] = "CATEGORY_CANCELLED"] = 13;
                        values[valuesById[14] = "CATEGORY_PROTOCOL"] = 14;
                        return values;
                    })();

                    return Failure;
                })();

                return v1;
            })();

            return type;
        })();

        return api;
    })();

    return distributedkube;
})();

export const google = $root.google = (() => {

    /**
     * Namespace google.
     * @exports google
     * @namespace
     */
    const google = {};

    google.protobuf = (function() {

        /**
         * Namespace protobuf.
         * @memberof google
         * @namespace
         */
        const protobuf = {};

        protobuf.Duration = (function() {

            /**
             * Properties of a Duration.
             * @typedef {Object} google.protobuf.Duration.$Properties
             * @property {number|null} [seconds] Duration seconds
             * @property {number|null} [nanos] Duration nanos
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Duration.
             * @memberof google.protobuf
             * @interface IDuration
             * @augments google.protobuf.Duration.$Properties
             * @deprecated Use google.protobuf.Duration.$Properties instead.
             */

            /**
             * Shape of a Duration.
             * @typedef {google.protobuf.Duration.$Properties} google.protobuf.Duration.$Shape
             */

            /**
             * Constructs a new Duration.
             * @memberof google.protobuf
             * @classdesc Represents a Duration.
             * @constructor
             * @param {google.protobuf.Duration.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Duration = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Duration seconds.
             * @member {number} seconds
             * @memberof google.protobuf.Duration
             * @instance
             */
            Duration.prototype.seconds = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Duration nanos.
             * @member {number} nanos
             * @memberof google.protobuf.Duration
             * @instance
             */
            Duration.prototype.nanos = 0;

            /**
             * Creates a new Duration instance using the specified properties.
             * @function create
             * @memberof google.protobuf.Duration
             * @static
             * @param {google.protobuf.Duration.$Properties=} [properties] Properties to set
             * @returns {google.protobuf.Duration} Duration instance
             * @type {{
             *   (properties: google.protobuf.Duration.$Shape): google.protobuf.Duration & google.protobuf.Duration.$Shape;
             *   (properties?: google.protobuf.Duration.$Properties): google.protobuf.Duration;
             * }}
             */
            Duration.create = function(properties) {
                return new Duration(properties);
            };

            /**
             * Encodes the specified Duration message. Does not implicitly {@link google.protobuf.Duration.verify|verify} messages.
             * @function encode
             * @memberof google.protobuf.Duration
             * @static
             * @param {google.protobuf.Duration.$Properties} message Duration message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Duration.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seconds != null && $Object.hasOwnProperty.call(message, "seconds") && (typeof message.seconds === "object" ? message.seconds.low || message.seconds.high : message.seconds !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.seconds);
                if (message.nanos != null && $Object.hasOwnProperty.call(message, "nanos") && message.nanos !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.nanos);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Duration message from the specified reader or buffer.
             * @function decode
             * @memberof google.protobuf.Duration
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {google.protobuf.Duration & google.protobuf.Duration.$Shape} Duration
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Duration.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.Duration();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.seconds = value;
                            else
                                delete message.seconds;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.nanos = value;
                            else
                                delete message.nanos;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Duration;
        })();

        protobuf.Timestamp = (function() {

            /**
             * Properties of a Timestamp.
             * @typedef {Object} google.protobuf.Timestamp.$Properties
             * @property {number|null} [seconds] Timestamp seconds
             * @property {number|null} [nanos] Timestamp nanos
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Timestamp.
             * @memberof google.protobuf
             * @interface ITimestamp
             * @augments google.protobuf.Timestamp.$Properties
             * @deprecated Use google.protobuf.Timestamp.$Properties instead.
             */

            /**
             * Shape of a Timestamp.
             * @typedef {google.protobuf.Timestamp.$Properties} google.protobuf.Timestamp.$Shape
             */

            /**
             * Constructs a new Timestamp.
             * @memberof google.protobuf
             * @classdesc Represents a Timestamp.
             * @constructor
             * @param {google.protobuf.Timestamp.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Timestamp = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Timestamp seconds.
             * @member {number} seconds
             * @memberof google.protobuf.Timestamp
             * @instance
             */
            Timestamp.prototype.seconds = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Timestamp nanos.
             * @member {number} nanos
             * @memberof google.protobuf.Timestamp
             * @instance
             */
            Timestamp.prototype.nanos = 0;

            /**
             * Creates a new Timestamp instance using the specified properties.
             * @function create
             * @memberof google.protobuf.Timestamp
             * @static
             * @param {google.protobuf.Timestamp.$Properties=} [properties] Properties to set
             * @returns {google.protobuf.Timestamp} Timestamp instance
             * @type {{
             *   (properties: google.protobuf.Timestamp.$Shape): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
             *   (properties?: google.protobuf.Timestamp.$Properties): google.protobuf.Timestamp;
             * }}
             */
            Timestamp.create = function(properties) {
                return new Timestamp(properties);
            };

            /**
             * Encodes the specified Timestamp message. Does not implicitly {@link google.protobuf.Timestamp.verify|verify} messages.
             * @function encode
             * @memberof google.protobuf.Timestamp
             * @static
             * @param {google.protobuf.Timestamp.$Properties} message Timestamp message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Timestamp.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seconds != null && $Object.hasOwnProperty.call(message, "seconds") && (typeof message.seconds === "object" ? message.seconds.low || message.seconds.high : message.seconds !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.seconds);
                if (message.nanos != null && $Object.hasOwnProperty.call(message, "nanos") && message.nanos !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.nanos);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Timestamp message from the specified reader or buffer.
             * @function decode
             * @memberof google.protobuf.Timestamp
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape} Timestamp
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Timestamp.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.Timestamp();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.seconds = value;
                            else
                                delete message.seconds;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.nanos = value;
                            else
                                delete message.nanos;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Timestamp;
        })();

        return protobuf;
    })();

    return google;
})();

export {
  $root as default
};
