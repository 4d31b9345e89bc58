import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace distributedkube. */
export namespace distributedkube {

    /** Namespace api. */
    namespace api {

        /** Namespace worker. */
        namespace worker {

            /** Namespace v1. */
            namespace v1 {

                /**
                 * Properties of a ConnectRequest.
                 * @deprecated Use distributedkube.api.worker.v1.ConnectRequest.$Properties instead.
                 */
                interface IConnectRequest extends distributedkube.api.worker.v1.ConnectRequest.$Properties {
                }

                /** Represents a ConnectRequest. */
                class ConnectRequest {

                    /**
                     * Constructs a new ConnectRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.ConnectRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ConnectRequest seq. */
                    seq: number;

                    /** ConnectRequest ack. */
                    ack: number;

                    /** ConnectRequest events. */
                    events: distributedkube.api.worker.v1.WorkerEvent.$Properties[];

                    /**
                     * Creates a new ConnectRequest instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns ConnectRequest instance
                     */
                    static create(properties: distributedkube.api.worker.v1.ConnectRequest.$Shape): distributedkube.api.worker.v1.ConnectRequest & distributedkube.api.worker.v1.ConnectRequest.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.ConnectRequest.$Properties): distributedkube.api.worker.v1.ConnectRequest;

                    /**
                     * Encodes the specified ConnectRequest message. Does not implicitly {@link distributedkube.api.worker.v1.ConnectRequest.verify|verify} messages.
                     * @param message ConnectRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.ConnectRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ConnectRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ConnectRequest & distributedkube.api.worker.v1.ConnectRequest.$Shape} ConnectRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.ConnectRequest & distributedkube.api.worker.v1.ConnectRequest.$Shape;
                }

                namespace ConnectRequest {

                    /** Properties of a ConnectRequest. */
                    interface $Properties {

                        /** ConnectRequest seq */
                        seq?: (number|null);

                        /** ConnectRequest ack */
                        ack?: (number|null);

                        /** ConnectRequest events */
                        events?: (distributedkube.api.worker.v1.WorkerEvent.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ConnectRequest. */
                    type $Shape = {
                      seq?: number|null;
                      ack?: number|null;
                      events?: distributedkube.api.worker.v1.WorkerEvent.$Shape[]|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a ConnectResponse.
                 * @deprecated Use distributedkube.api.worker.v1.ConnectResponse.$Properties instead.
                 */
                interface IConnectResponse extends distributedkube.api.worker.v1.ConnectResponse.$Properties {
                }

                /** Represents a ConnectResponse. */
                class ConnectResponse {

                    /**
                     * Constructs a new ConnectResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.ConnectResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ConnectResponse seq. */
                    seq: number;

                    /** ConnectResponse ack. */
                    ack: number;

                    /** ConnectResponse events. */
                    events: distributedkube.api.worker.v1.GatewayEvent.$Properties[];

                    /**
                     * Creates a new ConnectResponse instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns ConnectResponse instance
                     */
                    static create(properties: distributedkube.api.worker.v1.ConnectResponse.$Shape): distributedkube.api.worker.v1.ConnectResponse & distributedkube.api.worker.v1.ConnectResponse.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.ConnectResponse.$Properties): distributedkube.api.worker.v1.ConnectResponse;

                    /**
                     * Encodes the specified ConnectResponse message. Does not implicitly {@link distributedkube.api.worker.v1.ConnectResponse.verify|verify} messages.
                     * @param message ConnectResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.ConnectResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ConnectResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ConnectResponse & distributedkube.api.worker.v1.ConnectResponse.$Shape} ConnectResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.ConnectResponse & distributedkube.api.worker.v1.ConnectResponse.$Shape;
                }

                namespace ConnectResponse {

                    /** Properties of a ConnectResponse. */
                    interface $Properties {

                        /** ConnectResponse seq */
                        seq?: (number|null);

                        /** ConnectResponse ack */
                        ack?: (number|null);

                        /** ConnectResponse events */
                        events?: (distributedkube.api.worker.v1.GatewayEvent.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ConnectResponse. */
                    type $Shape = {
                      seq?: number|null;
                      ack?: number|null;
                      events?: distributedkube.api.worker.v1.GatewayEvent.$Shape[]|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a CreateUploadUrlsRequest.
                 * @deprecated Use distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties instead.
                 */
                interface ICreateUploadUrlsRequest extends distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties {
                }

                /** Represents a CreateUploadUrlsRequest. */
                class CreateUploadUrlsRequest {

                    /**
                     * Constructs a new CreateUploadUrlsRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CreateUploadUrlsRequest token. */
                    token: Uint8Array;

                    /** CreateUploadUrlsRequest sizes. */
                    sizes: number[];

                    /**
                     * Creates a new CreateUploadUrlsRequest instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns CreateUploadUrlsRequest instance
                     */
                    static create(properties: distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Shape): distributedkube.api.worker.v1.CreateUploadUrlsRequest & distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties): distributedkube.api.worker.v1.CreateUploadUrlsRequest;

                    /**
                     * Encodes the specified CreateUploadUrlsRequest message. Does not implicitly {@link distributedkube.api.worker.v1.CreateUploadUrlsRequest.verify|verify} messages.
                     * @param message CreateUploadUrlsRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CreateUploadUrlsRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CreateUploadUrlsRequest & distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Shape} CreateUploadUrlsRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.CreateUploadUrlsRequest & distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Shape;
                }

                namespace CreateUploadUrlsRequest {

                    /** Properties of a CreateUploadUrlsRequest. */
                    interface $Properties {

                        /** CreateUploadUrlsRequest token */
                        token?: (Uint8Array|null);

                        /** CreateUploadUrlsRequest sizes */
                        sizes?: (number[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CreateUploadUrlsRequest. */
                    type $Shape = distributedkube.api.worker.v1.CreateUploadUrlsRequest.$Properties;
                }

                /**
                 * Properties of a CreateUploadUrlsResponse.
                 * @deprecated Use distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties instead.
                 */
                interface ICreateUploadUrlsResponse extends distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties {
                }

                /** Represents a CreateUploadUrlsResponse. */
                class CreateUploadUrlsResponse {

                    /**
                     * Constructs a new CreateUploadUrlsResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CreateUploadUrlsResponse urls. */
                    urls: distributedkube.api.worker.v1.UploadUrl.$Properties[];

                    /**
                     * Creates a new CreateUploadUrlsResponse instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns CreateUploadUrlsResponse instance
                     */
                    static create(properties: distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Shape): distributedkube.api.worker.v1.CreateUploadUrlsResponse & distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties): distributedkube.api.worker.v1.CreateUploadUrlsResponse;

                    /**
                     * Encodes the specified CreateUploadUrlsResponse message. Does not implicitly {@link distributedkube.api.worker.v1.CreateUploadUrlsResponse.verify|verify} messages.
                     * @param message CreateUploadUrlsResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CreateUploadUrlsResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CreateUploadUrlsResponse & distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Shape} CreateUploadUrlsResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.CreateUploadUrlsResponse & distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Shape;
                }

                namespace CreateUploadUrlsResponse {

                    /** Properties of a CreateUploadUrlsResponse. */
                    interface $Properties {

                        /** CreateUploadUrlsResponse urls */
                        urls?: (distributedkube.api.worker.v1.UploadUrl.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CreateUploadUrlsResponse. */
                    type $Shape = distributedkube.api.worker.v1.CreateUploadUrlsResponse.$Properties;
                }

                /**
                 * Properties of an UploadUrl.
                 * @deprecated Use distributedkube.api.worker.v1.UploadUrl.$Properties instead.
                 */
                interface IUploadUrl extends distributedkube.api.worker.v1.UploadUrl.$Properties {
                }

                /** Represents an UploadUrl. */
                class UploadUrl {

                    /**
                     * Constructs a new UploadUrl.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.UploadUrl.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** UploadUrl key. */
                    key: string;

                    /** UploadUrl url. */
                    url: string;

                    /**
                     * Creates a new UploadUrl instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns UploadUrl instance
                     */
                    static create(properties: distributedkube.api.worker.v1.UploadUrl.$Shape): distributedkube.api.worker.v1.UploadUrl & distributedkube.api.worker.v1.UploadUrl.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.UploadUrl.$Properties): distributedkube.api.worker.v1.UploadUrl;

                    /**
                     * Encodes the specified UploadUrl message. Does not implicitly {@link distributedkube.api.worker.v1.UploadUrl.verify|verify} messages.
                     * @param message UploadUrl message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.UploadUrl.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an UploadUrl message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.UploadUrl & distributedkube.api.worker.v1.UploadUrl.$Shape} UploadUrl
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.UploadUrl & distributedkube.api.worker.v1.UploadUrl.$Shape;
                }

                namespace UploadUrl {

                    /** Properties of an UploadUrl. */
                    interface $Properties {

                        /** UploadUrl key */
                        key?: (string|null);

                        /** UploadUrl url */
                        url?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an UploadUrl. */
                    type $Shape = distributedkube.api.worker.v1.UploadUrl.$Properties;
                }

                /**
                 * Properties of a WorkerEvent.
                 * @deprecated Use distributedkube.api.worker.v1.WorkerEvent.$Properties instead.
                 */
                interface IWorkerEvent extends distributedkube.api.worker.v1.WorkerEvent.$Properties {
                }

                /** Represents a WorkerEvent. */
                class WorkerEvent {

                    /**
                     * Constructs a new WorkerEvent.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.WorkerEvent.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** WorkerEvent hello. */
                    hello?: (distributedkube.api.worker.v1.Hello.$Properties|null);

                    /** WorkerEvent credit. */
                    credit?: (distributedkube.api.worker.v1.Credit.$Properties|null);

                    /** WorkerEvent heartbeat. */
                    heartbeat?: (distributedkube.api.worker.v1.Heartbeat.$Properties|null);

                    /** WorkerEvent taskPhase. */
                    taskPhase?: (distributedkube.api.worker.v1.TaskPhase.$Properties|null);

                    /** WorkerEvent taskResult. */
                    taskResult?: (distributedkube.api.worker.v1.TaskResult.$Properties|null);

                    /** WorkerEvent taskProgress. */
                    taskProgress?: (distributedkube.api.worker.v1.TaskProgress.$Properties|null);

                    /** WorkerEvent callRequest. */
                    callRequest?: (distributedkube.api.worker.v1.CallRequest.$Properties|null);

                    /** WorkerEvent callCancel. */
                    callCancel?: (distributedkube.api.worker.v1.CallCancel.$Properties|null);

                    /** WorkerEvent slotState. */
                    slotState?: (distributedkube.api.worker.v1.SlotState.$Properties|null);

                    /** WorkerEvent logBatch. */
                    logBatch?: (distributedkube.api.worker.v1.LogBatch.$Properties|null);

                    /** WorkerEvent workerState. */
                    workerState?: (distributedkube.api.worker.v1.WorkerState.$Properties|null);

                    /** WorkerEvent event. */
                    event?: ("hello"|"credit"|"heartbeat"|"taskPhase"|"taskResult"|"taskProgress"|"callRequest"|"callCancel"|"slotState"|"logBatch"|"workerState");

                    /**
                     * Creates a new WorkerEvent instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns WorkerEvent instance
                     */
                    static create(properties: distributedkube.api.worker.v1.WorkerEvent.$Shape): distributedkube.api.worker.v1.WorkerEvent & distributedkube.api.worker.v1.WorkerEvent.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.WorkerEvent.$Properties): distributedkube.api.worker.v1.WorkerEvent;

                    /**
                     * Encodes the specified WorkerEvent message. Does not implicitly {@link distributedkube.api.worker.v1.WorkerEvent.verify|verify} messages.
                     * @param message WorkerEvent message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.WorkerEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a WorkerEvent message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.WorkerEvent & distributedkube.api.worker.v1.WorkerEvent.$Shape} WorkerEvent
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.WorkerEvent & distributedkube.api.worker.v1.WorkerEvent.$Shape;
                }

                namespace WorkerEvent {

                    /** Properties of a WorkerEvent. */
                    interface $Properties {

                        /** WorkerEvent hello */
                        hello?: (distributedkube.api.worker.v1.Hello.$Properties|null);

                        /** WorkerEvent credit */
                        credit?: (distributedkube.api.worker.v1.Credit.$Properties|null);

                        /** WorkerEvent heartbeat */
                        heartbeat?: (distributedkube.api.worker.v1.Heartbeat.$Properties|null);

                        /** WorkerEvent taskPhase */
                        taskPhase?: (distributedkube.api.worker.v1.TaskPhase.$Properties|null);

                        /** WorkerEvent taskResult */
                        taskResult?: (distributedkube.api.worker.v1.TaskResult.$Properties|null);

                        /** WorkerEvent taskProgress */
                        taskProgress?: (distributedkube.api.worker.v1.TaskProgress.$Properties|null);

                        /** WorkerEvent callRequest */
                        callRequest?: (distributedkube.api.worker.v1.CallRequest.$Properties|null);

                        /** WorkerEvent callCancel */
                        callCancel?: (distributedkube.api.worker.v1.CallCancel.$Properties|null);

                        /** WorkerEvent slotState */
                        slotState?: (distributedkube.api.worker.v1.SlotState.$Properties|null);

                        /** WorkerEvent logBatch */
                        logBatch?: (distributedkube.api.worker.v1.LogBatch.$Properties|null);

                        /** WorkerEvent workerState */
                        workerState?: (distributedkube.api.worker.v1.WorkerState.$Properties|null);

                        /** WorkerEvent event */
                        event?: ("hello"|"credit"|"heartbeat"|"taskPhase"|"taskResult"|"taskProgress"|"callRequest"|"callCancel"|"slotState"|"logBatch"|"workerState");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of a WorkerEvent. */
                    type $Shape = {
                      hello?: distributedkube.api.worker.v1.Hello.$Shape|null;
                      credit?: distributedkube.api.worker.v1.Credit.$Shape|null;
                      heartbeat?: distributedkube.api.worker.v1.Heartbeat.$Shape|null;
                      taskPhase?: distributedkube.api.worker.v1.TaskPhase.$Shape|null;
                      taskResult?: distributedkube.api.worker.v1.TaskResult.$Shape|null;
                      taskProgress?: distributedkube.api.worker.v1.TaskProgress.$Shape|null;
                      callRequest?: distributedkube.api.worker.v1.CallRequest.$Shape|null;
                      callCancel?: distributedkube.api.worker.v1.CallCancel.$Shape|null;
                      slotState?: distributedkube.api.worker.v1.SlotState.$Shape|null;
                      logBatch?: distributedkube.api.worker.v1.LogBatch.$Shape|null;
                      workerState?: distributedkube.api.worker.v1.WorkerState.$Shape|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ event?: undefined; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "hello"; hello: distributedkube.api.worker.v1.Hello.$Shape; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "credit"; hello?: null; credit: distributedkube.api.worker.v1.Credit.$Shape; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "heartbeat"; hello?: null; credit?: null; heartbeat: distributedkube.api.worker.v1.Heartbeat.$Shape; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "taskPhase"; hello?: null; credit?: null; heartbeat?: null; taskPhase: distributedkube.api.worker.v1.TaskPhase.$Shape; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "taskResult"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult: distributedkube.api.worker.v1.TaskResult.$Shape; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "taskProgress"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress: distributedkube.api.worker.v1.TaskProgress.$Shape; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "callRequest"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest: distributedkube.api.worker.v1.CallRequest.$Shape; callCancel?: null; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "callCancel"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel: distributedkube.api.worker.v1.CallCancel.$Shape; slotState?: null; logBatch?: null; workerState?: null }|{ event?: "slotState"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState: distributedkube.api.worker.v1.SlotState.$Shape; logBatch?: null; workerState?: null }|{ event?: "logBatch"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch: distributedkube.api.worker.v1.LogBatch.$Shape; workerState?: null }|{ event?: "workerState"; hello?: null; credit?: null; heartbeat?: null; taskPhase?: null; taskResult?: null; taskProgress?: null; callRequest?: null; callCancel?: null; slotState?: null; logBatch?: null; workerState: distributedkube.api.worker.v1.WorkerState.$Shape })
                    );
                }

                /**
                 * Properties of a GatewayEvent.
                 * @deprecated Use distributedkube.api.worker.v1.GatewayEvent.$Properties instead.
                 */
                interface IGatewayEvent extends distributedkube.api.worker.v1.GatewayEvent.$Properties {
                }

                /** Represents a GatewayEvent. */
                class GatewayEvent {

                    /**
                     * Constructs a new GatewayEvent.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.GatewayEvent.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** GatewayEvent welcome. */
                    welcome?: (distributedkube.api.worker.v1.Welcome.$Properties|null);

                    /** GatewayEvent reject. */
                    reject?: (distributedkube.api.worker.v1.Reject.$Properties|null);

                    /** GatewayEvent taskContext. */
                    taskContext?: (distributedkube.api.worker.v1.TaskContext.$Properties|null);

                    /** GatewayEvent contextDrop. */
                    contextDrop?: (distributedkube.api.worker.v1.ContextDrop.$Properties|null);

                    /** GatewayEvent taskAssign. */
                    taskAssign?: (distributedkube.api.worker.v1.TaskAssign.$Properties|null);

                    /** GatewayEvent taskCancel. */
                    taskCancel?: (distributedkube.api.worker.v1.TaskCancel.$Properties|null);

                    /** GatewayEvent leaseRevoked. */
                    leaseRevoked?: (distributedkube.api.worker.v1.LeaseRevoked.$Properties|null);

                    /** GatewayEvent resultRefused. */
                    resultRefused?: (distributedkube.api.worker.v1.ResultRefused.$Properties|null);

                    /** GatewayEvent callResult. */
                    callResult?: (distributedkube.api.worker.v1.CallResult.$Properties|null);

                    /** GatewayEvent drain. */
                    drain?: (distributedkube.api.worker.v1.Drain.$Properties|null);

                    /** GatewayEvent exit. */
                    exit?: (distributedkube.api.worker.v1.Exit.$Properties|null);

                    /** GatewayEvent reconnect. */
                    reconnect?: (distributedkube.api.worker.v1.Reconnect.$Properties|null);

                    /** GatewayEvent configUpdate. */
                    configUpdate?: (distributedkube.api.worker.v1.ConfigUpdate.$Properties|null);

                    /** GatewayEvent protocolError. */
                    protocolError?: (distributedkube.api.worker.v1.ProtocolError.$Properties|null);

                    /** GatewayEvent event. */
                    event?: ("welcome"|"reject"|"taskContext"|"contextDrop"|"taskAssign"|"taskCancel"|"leaseRevoked"|"resultRefused"|"callResult"|"drain"|"exit"|"reconnect"|"configUpdate"|"protocolError");

                    /**
                     * Creates a new GatewayEvent instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns GatewayEvent instance
                     */
                    static create(properties: distributedkube.api.worker.v1.GatewayEvent.$Shape): distributedkube.api.worker.v1.GatewayEvent & distributedkube.api.worker.v1.GatewayEvent.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.GatewayEvent.$Properties): distributedkube.api.worker.v1.GatewayEvent;

                    /**
                     * Encodes the specified GatewayEvent message. Does not implicitly {@link distributedkube.api.worker.v1.GatewayEvent.verify|verify} messages.
                     * @param message GatewayEvent message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.GatewayEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a GatewayEvent message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.GatewayEvent & distributedkube.api.worker.v1.GatewayEvent.$Shape} GatewayEvent
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.GatewayEvent & distributedkube.api.worker.v1.GatewayEvent.$Shape;
                }

                namespace GatewayEvent {

                    /** Properties of a GatewayEvent. */
                    interface $Properties {

                        /** GatewayEvent welcome */
                        welcome?: (distributedkube.api.worker.v1.Welcome.$Properties|null);

                        /** GatewayEvent reject */
                        reject?: (distributedkube.api.worker.v1.Reject.$Properties|null);

                        /** GatewayEvent taskContext */
                        taskContext?: (distributedkube.api.worker.v1.TaskContext.$Properties|null);

                        /** GatewayEvent contextDrop */
                        contextDrop?: (distributedkube.api.worker.v1.ContextDrop.$Properties|null);

                        /** GatewayEvent taskAssign */
                        taskAssign?: (distributedkube.api.worker.v1.TaskAssign.$Properties|null);

                        /** GatewayEvent taskCancel */
                        taskCancel?: (distributedkube.api.worker.v1.TaskCancel.$Properties|null);

                        /** GatewayEvent leaseRevoked */
                        leaseRevoked?: (distributedkube.api.worker.v1.LeaseRevoked.$Properties|null);

                        /** GatewayEvent resultRefused */
                        resultRefused?: (distributedkube.api.worker.v1.ResultRefused.$Properties|null);

                        /** GatewayEvent callResult */
                        callResult?: (distributedkube.api.worker.v1.CallResult.$Properties|null);

                        /** GatewayEvent drain */
                        drain?: (distributedkube.api.worker.v1.Drain.$Properties|null);

                        /** GatewayEvent exit */
                        exit?: (distributedkube.api.worker.v1.Exit.$Properties|null);

                        /** GatewayEvent reconnect */
                        reconnect?: (distributedkube.api.worker.v1.Reconnect.$Properties|null);

                        /** GatewayEvent configUpdate */
                        configUpdate?: (distributedkube.api.worker.v1.ConfigUpdate.$Properties|null);

                        /** GatewayEvent protocolError */
                        protocolError?: (distributedkube.api.worker.v1.ProtocolError.$Properties|null);

                        /** GatewayEvent event */
                        event?: ("welcome"|"reject"|"taskContext"|"contextDrop"|"taskAssign"|"taskCancel"|"leaseRevoked"|"resultRefused"|"callResult"|"drain"|"exit"|"reconnect"|"configUpdate"|"protocolError");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of a GatewayEvent. */
                    type $Shape = {
                      welcome?: distributedkube.api.worker.v1.Welcome.$Shape|null;
                      reject?: distributedkube.api.worker.v1.Reject.$Shape|null;
                      taskContext?: distributedkube.api.worker.v1.TaskContext.$Shape|null;
                      contextDrop?: distributedkube.api.worker.v1.ContextDrop.$Shape|null;
                      taskAssign?: distributedkube.api.worker.v1.TaskAssign.$Shape|null;
                      taskCancel?: distributedkube.api.worker.v1.TaskCancel.$Shape|null;
                      leaseRevoked?: distributedkube.api.worker.v1.LeaseRevoked.$Shape|null;
                      resultRefused?: distributedkube.api.worker.v1.ResultRefused.$Shape|null;
                      callResult?: distributedkube.api.worker.v1.CallResult.$Shape|null;
                      drain?: distributedkube.api.worker.v1.Drain.$Shape|null;
                      exit?: distributedkube.api.worker.v1.Exit.$Shape|null;
                      reconnect?: distributedkube.api.worker.v1.Reconnect.$Shape|null;
                      configUpdate?: distributedkube.api.worker.v1.ConfigUpdate.$Shape|null;
                      protocolError?: distributedkube.api.worker.v1.ProtocolError.$Shape|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ event?: undefined; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "welcome"; welcome: distributedkube.api.worker.v1.Welcome.$Shape; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "reject"; welcome?: null; reject: distributedkube.api.worker.v1.Reject.$Shape; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "taskContext"; welcome?: null; reject?: null; taskContext: distributedkube.api.worker.v1.TaskContext.$Shape; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "contextDrop"; welcome?: null; reject?: null; taskContext?: null; contextDrop: distributedkube.api.worker.v1.ContextDrop.$Shape; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "taskAssign"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign: distributedkube.api.worker.v1.TaskAssign.$Shape; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "taskCancel"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel: distributedkube.api.worker.v1.TaskCancel.$Shape; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "leaseRevoked"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked: distributedkube.api.worker.v1.LeaseRevoked.$Shape; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "resultRefused"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused: distributedkube.api.worker.v1.ResultRefused.$Shape; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "callResult"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult: distributedkube.api.worker.v1.CallResult.$Shape; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "drain"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain: distributedkube.api.worker.v1.Drain.$Shape; exit?: null; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "exit"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit: distributedkube.api.worker.v1.Exit.$Shape; reconnect?: null; configUpdate?: null; protocolError?: null }|{ event?: "reconnect"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect: distributedkube.api.worker.v1.Reconnect.$Shape; configUpdate?: null; protocolError?: null }|{ event?: "configUpdate"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate: distributedkube.api.worker.v1.ConfigUpdate.$Shape; protocolError?: null }|{ event?: "protocolError"; welcome?: null; reject?: null; taskContext?: null; contextDrop?: null; taskAssign?: null; taskCancel?: null; leaseRevoked?: null; resultRefused?: null; callResult?: null; drain?: null; exit?: null; reconnect?: null; configUpdate?: null; protocolError: distributedkube.api.worker.v1.ProtocolError.$Shape })
                    );
                }

                /**
                 * Properties of a Hello.
                 * @deprecated Use distributedkube.api.worker.v1.Hello.$Properties instead.
                 */
                interface IHello extends distributedkube.api.worker.v1.Hello.$Properties {
                }

                /** Represents a Hello. */
                class Hello {

                    /**
                     * Constructs a new Hello.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Hello.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Hello minMinor. */
                    minMinor: number;

                    /** Hello maxMinor. */
                    maxMinor: number;

                    /** Hello sdkName. */
                    sdkName: string;

                    /** Hello sdkVersion. */
                    sdkVersion: string;

                    /** Hello language. */
                    language: string;

                    /** Hello mode. */
                    mode: distributedkube.api.worker.v1.Hello.Mode;

                    /** Hello algorithmName. */
                    algorithmName: string;

                    /** Hello algorithmVersion. */
                    algorithmVersion: string;

                    /** Hello host. */
                    host: string;

                    /** Hello pid. */
                    pid: number;

                    /** Hello incarnationId. */
                    incarnationId: string;

                    /** Hello slots. */
                    slots: number;

                    /** Hello labels. */
                    labels: { [k: string]: string };

                    /** Hello contentTypes. */
                    contentTypes: string[];

                    /** Hello features. */
                    features: string[];

                    /** Hello loadError. */
                    loadError?: (distributedkube.api.type.v1.Failure.$Properties|null);

                    /** Hello resume. */
                    resume?: (distributedkube.api.worker.v1.Resume.$Properties|null);

                    /**
                     * Creates a new Hello instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Hello instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Hello.$Shape): distributedkube.api.worker.v1.Hello & distributedkube.api.worker.v1.Hello.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Hello.$Properties): distributedkube.api.worker.v1.Hello;

                    /**
                     * Encodes the specified Hello message. Does not implicitly {@link distributedkube.api.worker.v1.Hello.verify|verify} messages.
                     * @param message Hello message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Hello message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Hello & distributedkube.api.worker.v1.Hello.$Shape} Hello
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Hello & distributedkube.api.worker.v1.Hello.$Shape;
                }

                namespace Hello {

                    /** Properties of a Hello. */
                    interface $Properties {

                        /** Hello minMinor */
                        minMinor?: (number|null);

                        /** Hello maxMinor */
                        maxMinor?: (number|null);

                        /** Hello sdkName */
                        sdkName?: (string|null);

                        /** Hello sdkVersion */
                        sdkVersion?: (string|null);

                        /** Hello language */
                        language?: (string|null);

                        /** Hello mode */
                        mode?: (distributedkube.api.worker.v1.Hello.Mode|null);

                        /** Hello algorithmName */
                        algorithmName?: (string|null);

                        /** Hello algorithmVersion */
                        algorithmVersion?: (string|null);

                        /** Hello host */
                        host?: (string|null);

                        /** Hello pid */
                        pid?: (number|null);

                        /** Hello incarnationId */
                        incarnationId?: (string|null);

                        /** Hello slots */
                        slots?: (number|null);

                        /** Hello labels */
                        labels?: ({ [k: string]: string }|null);

                        /** Hello contentTypes */
                        contentTypes?: (string[]|null);

                        /** Hello features */
                        features?: (string[]|null);

                        /** Hello loadError */
                        loadError?: (distributedkube.api.type.v1.Failure.$Properties|null);

                        /** Hello resume */
                        resume?: (distributedkube.api.worker.v1.Resume.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Hello. */
                    type $Shape = distributedkube.api.worker.v1.Hello.$Properties;

                    /** Mode enum. */
                    enum Mode {

                        /** MODE_UNSPECIFIED value */
                        MODE_UNSPECIFIED = 0,

                        /** MODE_HOT value */
                        MODE_HOT = 1,

                        /** MODE_DEBUG value */
                        MODE_DEBUG = 2,

                        /** MODE_DEV value */
                        MODE_DEV = 3
                    }
                }

                /**
                 * Properties of a Resume.
                 * @deprecated Use distributedkube.api.worker.v1.Resume.$Properties instead.
                 */
                interface IResume extends distributedkube.api.worker.v1.Resume.$Properties {
                }

                /** Represents a Resume. */
                class Resume {

                    /**
                     * Constructs a new Resume.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Resume.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Resume sessionId. */
                    sessionId: string;

                    /** Resume lastSeq. */
                    lastSeq: number;

                    /** Resume heldTokens. */
                    heldTokens: Uint8Array[];

                    /** Resume assignedTasks. */
                    assignedTasks: number;

                    /**
                     * Creates a new Resume instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Resume instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Resume.$Shape): distributedkube.api.worker.v1.Resume & distributedkube.api.worker.v1.Resume.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Resume.$Properties): distributedkube.api.worker.v1.Resume;

                    /**
                     * Encodes the specified Resume message. Does not implicitly {@link distributedkube.api.worker.v1.Resume.verify|verify} messages.
                     * @param message Resume message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Resume.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Resume message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Resume & distributedkube.api.worker.v1.Resume.$Shape} Resume
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Resume & distributedkube.api.worker.v1.Resume.$Shape;
                }

                namespace Resume {

                    /** Properties of a Resume. */
                    interface $Properties {

                        /** Resume sessionId */
                        sessionId?: (string|null);

                        /** Resume lastSeq */
                        lastSeq?: (number|null);

                        /** Resume heldTokens */
                        heldTokens?: (Uint8Array[]|null);

                        /** Resume assignedTasks */
                        assignedTasks?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Resume. */
                    type $Shape = distributedkube.api.worker.v1.Resume.$Properties;
                }

                /**
                 * Properties of a Welcome.
                 * @deprecated Use distributedkube.api.worker.v1.Welcome.$Properties instead.
                 */
                interface IWelcome extends distributedkube.api.worker.v1.Welcome.$Properties {
                }

                /** Represents a Welcome. */
                class Welcome {

                    /**
                     * Constructs a new Welcome.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Welcome.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Welcome sessionId. */
                    sessionId: string;

                    /** Welcome minor. */
                    minor: number;

                    /** Welcome heartbeatInterval. */
                    heartbeatInterval?: (google.protobuf.Duration.$Properties|null);

                    /** Welcome leaseTtl. */
                    leaseTtl?: (google.protobuf.Duration.$Properties|null);

                    /** Welcome resumeGrace. */
                    resumeGrace?: (google.protobuf.Duration.$Properties|null);

                    /** Welcome limits. */
                    limits?: (distributedkube.api.worker.v1.Limits.$Properties|null);

                    /** Welcome features. */
                    features: string[];

                    /** Welcome serverTime. */
                    serverTime?: (google.protobuf.Timestamp.$Properties|null);

                    /** Welcome resumed. */
                    resumed: boolean;

                    /** Welcome dropTokens. */
                    dropTokens: Uint8Array[];

                    /**
                     * Creates a new Welcome instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Welcome instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Welcome.$Shape): distributedkube.api.worker.v1.Welcome & distributedkube.api.worker.v1.Welcome.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Welcome.$Properties): distributedkube.api.worker.v1.Welcome;

                    /**
                     * Encodes the specified Welcome message. Does not implicitly {@link distributedkube.api.worker.v1.Welcome.verify|verify} messages.
                     * @param message Welcome message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Welcome message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Welcome & distributedkube.api.worker.v1.Welcome.$Shape} Welcome
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Welcome & distributedkube.api.worker.v1.Welcome.$Shape;
                }

                namespace Welcome {

                    /** Properties of a Welcome. */
                    interface $Properties {

                        /** Welcome sessionId */
                        sessionId?: (string|null);

                        /** Welcome minor */
                        minor?: (number|null);

                        /** Welcome heartbeatInterval */
                        heartbeatInterval?: (google.protobuf.Duration.$Properties|null);

                        /** Welcome leaseTtl */
                        leaseTtl?: (google.protobuf.Duration.$Properties|null);

                        /** Welcome resumeGrace */
                        resumeGrace?: (google.protobuf.Duration.$Properties|null);

                        /** Welcome limits */
                        limits?: (distributedkube.api.worker.v1.Limits.$Properties|null);

                        /** Welcome features */
                        features?: (string[]|null);

                        /** Welcome serverTime */
                        serverTime?: (google.protobuf.Timestamp.$Properties|null);

                        /** Welcome resumed */
                        resumed?: (boolean|null);

                        /** Welcome dropTokens */
                        dropTokens?: (Uint8Array[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Welcome. */
                    type $Shape = distributedkube.api.worker.v1.Welcome.$Properties;
                }

                /**
                 * Properties of a Limits.
                 * @deprecated Use distributedkube.api.worker.v1.Limits.$Properties instead.
                 */
                interface ILimits extends distributedkube.api.worker.v1.Limits.$Properties {
                }

                /** Represents a Limits. */
                class Limits {

                    /**
                     * Constructs a new Limits.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Limits.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Limits maxInlineBytes. */
                    maxInlineBytes: number;

                    /** Limits maxFrameBytes. */
                    maxFrameBytes: number;

                    /** Limits maxFrameEvents. */
                    maxFrameEvents: number;

                    /** Limits maxUnackedResults. */
                    maxUnackedResults: number;

                    /** Limits maxPrefetch. */
                    maxPrefetch: number;

                    /**
                     * Creates a new Limits instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Limits instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Limits.$Shape): distributedkube.api.worker.v1.Limits & distributedkube.api.worker.v1.Limits.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Limits.$Properties): distributedkube.api.worker.v1.Limits;

                    /**
                     * Encodes the specified Limits message. Does not implicitly {@link distributedkube.api.worker.v1.Limits.verify|verify} messages.
                     * @param message Limits message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Limits.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Limits message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Limits & distributedkube.api.worker.v1.Limits.$Shape} Limits
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Limits & distributedkube.api.worker.v1.Limits.$Shape;
                }

                namespace Limits {

                    /** Properties of a Limits. */
                    interface $Properties {

                        /** Limits maxInlineBytes */
                        maxInlineBytes?: (number|null);

                        /** Limits maxFrameBytes */
                        maxFrameBytes?: (number|null);

                        /** Limits maxFrameEvents */
                        maxFrameEvents?: (number|null);

                        /** Limits maxUnackedResults */
                        maxUnackedResults?: (number|null);

                        /** Limits maxPrefetch */
                        maxPrefetch?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Limits. */
                    type $Shape = distributedkube.api.worker.v1.Limits.$Properties;
                }

                /**
                 * Properties of a Reject.
                 * @deprecated Use distributedkube.api.worker.v1.Reject.$Properties instead.
                 */
                interface IReject extends distributedkube.api.worker.v1.Reject.$Properties {
                }

                /** Represents a Reject. */
                class Reject {

                    /**
                     * Constructs a new Reject.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Reject.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Reject code. */
                    code: distributedkube.api.worker.v1.Reject.Code;

                    /** Reject message. */
                    message: string;

                    /**
                     * Creates a new Reject instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Reject instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Reject.$Shape): distributedkube.api.worker.v1.Reject & distributedkube.api.worker.v1.Reject.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Reject.$Properties): distributedkube.api.worker.v1.Reject;

                    /**
                     * Encodes the specified Reject message. Does not implicitly {@link distributedkube.api.worker.v1.Reject.verify|verify} messages.
                     * @param message Reject message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Reject.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Reject message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Reject & distributedkube.api.worker.v1.Reject.$Shape} Reject
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Reject & distributedkube.api.worker.v1.Reject.$Shape;
                }

                namespace Reject {

                    /** Properties of a Reject. */
                    interface $Properties {

                        /** Reject code */
                        code?: (distributedkube.api.worker.v1.Reject.Code|null);

                        /** Reject message */
                        message?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Reject. */
                    type $Shape = distributedkube.api.worker.v1.Reject.$Properties;

                    /** Code enum. */
                    enum Code {

                        /** CODE_UNSPECIFIED value */
                        CODE_UNSPECIFIED = 0,

                        /** CODE_VERSION value */
                        CODE_VERSION = 1,

                        /** CODE_ALGORITHM value */
                        CODE_ALGORITHM = 2,

                        /** CODE_UNAUTHENTICATED value */
                        CODE_UNAUTHENTICATED = 3,

                        /** CODE_ALREADY_CONNECTED value */
                        CODE_ALREADY_CONNECTED = 4,

                        /** CODE_UNAVAILABLE value */
                        CODE_UNAVAILABLE = 5
                    }
                }

                /**
                 * Properties of a Credit.
                 * @deprecated Use distributedkube.api.worker.v1.Credit.$Properties instead.
                 */
                interface ICredit extends distributedkube.api.worker.v1.Credit.$Properties {
                }

                /** Represents a Credit. */
                class Credit {

                    /**
                     * Constructs a new Credit.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Credit.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Credit maxTasks. */
                    maxTasks: number;

                    /**
                     * Creates a new Credit instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Credit instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Credit.$Shape): distributedkube.api.worker.v1.Credit & distributedkube.api.worker.v1.Credit.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Credit.$Properties): distributedkube.api.worker.v1.Credit;

                    /**
                     * Encodes the specified Credit message. Does not implicitly {@link distributedkube.api.worker.v1.Credit.verify|verify} messages.
                     * @param message Credit message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Credit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Credit message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Credit & distributedkube.api.worker.v1.Credit.$Shape} Credit
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Credit & distributedkube.api.worker.v1.Credit.$Shape;
                }

                namespace Credit {

                    /** Properties of a Credit. */
                    interface $Properties {

                        /** Credit maxTasks */
                        maxTasks?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Credit. */
                    type $Shape = distributedkube.api.worker.v1.Credit.$Properties;
                }

                /**
                 * Properties of a Heartbeat.
                 * @deprecated Use distributedkube.api.worker.v1.Heartbeat.$Properties instead.
                 */
                interface IHeartbeat extends distributedkube.api.worker.v1.Heartbeat.$Properties {
                }

                /** Represents a Heartbeat. */
                class Heartbeat {

                    /**
                     * Constructs a new Heartbeat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Heartbeat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Heartbeat running. */
                    running: number;

                    /** Heartbeat cpu. */
                    cpu: number;

                    /** Heartbeat rssBytes. */
                    rssBytes: number;

                    /**
                     * Creates a new Heartbeat instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Heartbeat instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Heartbeat.$Shape): distributedkube.api.worker.v1.Heartbeat & distributedkube.api.worker.v1.Heartbeat.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Heartbeat.$Properties): distributedkube.api.worker.v1.Heartbeat;

                    /**
                     * Encodes the specified Heartbeat message. Does not implicitly {@link distributedkube.api.worker.v1.Heartbeat.verify|verify} messages.
                     * @param message Heartbeat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Heartbeat message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Heartbeat & distributedkube.api.worker.v1.Heartbeat.$Shape} Heartbeat
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Heartbeat & distributedkube.api.worker.v1.Heartbeat.$Shape;
                }

                namespace Heartbeat {

                    /** Properties of a Heartbeat. */
                    interface $Properties {

                        /** Heartbeat running */
                        running?: (number|null);

                        /** Heartbeat cpu */
                        cpu?: (number|null);

                        /** Heartbeat rssBytes */
                        rssBytes?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Heartbeat. */
                    type $Shape = distributedkube.api.worker.v1.Heartbeat.$Properties;
                }

                /**
                 * Properties of a TaskPhase.
                 * @deprecated Use distributedkube.api.worker.v1.TaskPhase.$Properties instead.
                 */
                interface ITaskPhase extends distributedkube.api.worker.v1.TaskPhase.$Properties {
                }

                /** Represents a TaskPhase. */
                class TaskPhase {

                    /**
                     * Constructs a new TaskPhase.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.TaskPhase.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TaskPhase token. */
                    token: Uint8Array;

                    /** TaskPhase phase. */
                    phase: distributedkube.api.worker.v1.TaskPhase.Phase;

                    /** TaskPhase since. */
                    since?: (google.protobuf.Timestamp.$Properties|null);

                    /**
                     * Creates a new TaskPhase instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns TaskPhase instance
                     */
                    static create(properties: distributedkube.api.worker.v1.TaskPhase.$Shape): distributedkube.api.worker.v1.TaskPhase & distributedkube.api.worker.v1.TaskPhase.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.TaskPhase.$Properties): distributedkube.api.worker.v1.TaskPhase;

                    /**
                     * Encodes the specified TaskPhase message. Does not implicitly {@link distributedkube.api.worker.v1.TaskPhase.verify|verify} messages.
                     * @param message TaskPhase message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.TaskPhase.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TaskPhase message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskPhase & distributedkube.api.worker.v1.TaskPhase.$Shape} TaskPhase
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.TaskPhase & distributedkube.api.worker.v1.TaskPhase.$Shape;
                }

                namespace TaskPhase {

                    /** Properties of a TaskPhase. */
                    interface $Properties {

                        /** TaskPhase token */
                        token?: (Uint8Array|null);

                        /** TaskPhase phase */
                        phase?: (distributedkube.api.worker.v1.TaskPhase.Phase|null);

                        /** TaskPhase since */
                        since?: (google.protobuf.Timestamp.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TaskPhase. */
                    type $Shape = distributedkube.api.worker.v1.TaskPhase.$Properties;

                    /** Phase enum. */
                    enum Phase {

                        /** PHASE_UNSPECIFIED value */
                        PHASE_UNSPECIFIED = 0,

                        /** PHASE_FETCHING value */
                        PHASE_FETCHING = 1,

                        /** PHASE_INIT value */
                        PHASE_INIT = 2,

                        /** PHASE_RUNNING value */
                        PHASE_RUNNING = 3,

                        /** PHASE_STORING value */
                        PHASE_STORING = 4,

                        /** PHASE_STOPPING value */
                        PHASE_STOPPING = 5
                    }
                }

                /**
                 * Properties of a TaskContext.
                 * @deprecated Use distributedkube.api.worker.v1.TaskContext.$Properties instead.
                 */
                interface ITaskContext extends distributedkube.api.worker.v1.TaskContext.$Properties {
                }

                /** Represents a TaskContext. */
                class TaskContext {

                    /**
                     * Constructs a new TaskContext.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.TaskContext.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TaskContext context. */
                    context: number;

                    /** TaskContext jobId. */
                    jobId: string;

                    /** TaskContext nodeName. */
                    nodeName: string;

                    /** TaskContext pipelineName. */
                    pipelineName: string;

                    /** TaskContext algorithmName. */
                    algorithmName: string;

                    /** TaskContext args. */
                    args?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** TaskContext input. */
                    input?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** TaskContext sources. */
                    sources: distributedkube.api.worker.v1.InputSource.$Properties[];

                    /** TaskContext bindings. */
                    bindings: distributedkube.api.worker.v1.InputBinding.$Properties[];

                    /** TaskContext savePaths. */
                    savePaths: string[];

                    /** TaskContext ttl. */
                    ttl?: (google.protobuf.Duration.$Properties|null);

                    /**
                     * Creates a new TaskContext instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns TaskContext instance
                     */
                    static create(properties: distributedkube.api.worker.v1.TaskContext.$Shape): distributedkube.api.worker.v1.TaskContext & distributedkube.api.worker.v1.TaskContext.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.TaskContext.$Properties): distributedkube.api.worker.v1.TaskContext;

                    /**
                     * Encodes the specified TaskContext message. Does not implicitly {@link distributedkube.api.worker.v1.TaskContext.verify|verify} messages.
                     * @param message TaskContext message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.TaskContext.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TaskContext message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskContext & distributedkube.api.worker.v1.TaskContext.$Shape} TaskContext
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.TaskContext & distributedkube.api.worker.v1.TaskContext.$Shape;
                }

                namespace TaskContext {

                    /** Properties of a TaskContext. */
                    interface $Properties {

                        /** TaskContext context */
                        context?: (number|null);

                        /** TaskContext jobId */
                        jobId?: (string|null);

                        /** TaskContext nodeName */
                        nodeName?: (string|null);

                        /** TaskContext pipelineName */
                        pipelineName?: (string|null);

                        /** TaskContext algorithmName */
                        algorithmName?: (string|null);

                        /** TaskContext args */
                        args?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** TaskContext input */
                        input?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** TaskContext sources */
                        sources?: (distributedkube.api.worker.v1.InputSource.$Properties[]|null);

                        /** TaskContext bindings */
                        bindings?: (distributedkube.api.worker.v1.InputBinding.$Properties[]|null);

                        /** TaskContext savePaths */
                        savePaths?: (string[]|null);

                        /** TaskContext ttl */
                        ttl?: (google.protobuf.Duration.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TaskContext. */
                    type $Shape = {
                      context?: number|null;
                      jobId?: string|null;
                      nodeName?: string|null;
                      pipelineName?: string|null;
                      algorithmName?: string|null;
                      args?: distributedkube.api.type.v1.Payload.$Shape|null;
                      input?: distributedkube.api.type.v1.Payload.$Shape|null;
                      sources?: distributedkube.api.worker.v1.InputSource.$Shape[]|null;
                      bindings?: distributedkube.api.worker.v1.InputBinding.$Shape[]|null;
                      savePaths?: string[]|null;
                      ttl?: google.protobuf.Duration.$Shape|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of an InputSource.
                 * @deprecated Use distributedkube.api.worker.v1.InputSource.$Properties instead.
                 */
                interface IInputSource extends distributedkube.api.worker.v1.InputSource.$Properties {
                }

                /** Represents an InputSource. */
                class InputSource {

                    /**
                     * Constructs a new InputSource.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.InputSource.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InputSource value. */
                    value?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** InputSource list. */
                    list?: (distributedkube.api.worker.v1.InputList.$Properties|null);

                    /** InputSource source. */
                    source?: ("value"|"list");

                    /**
                     * Creates a new InputSource instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns InputSource instance
                     */
                    static create(properties: distributedkube.api.worker.v1.InputSource.$Shape): distributedkube.api.worker.v1.InputSource & distributedkube.api.worker.v1.InputSource.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.InputSource.$Properties): distributedkube.api.worker.v1.InputSource;

                    /**
                     * Encodes the specified InputSource message. Does not implicitly {@link distributedkube.api.worker.v1.InputSource.verify|verify} messages.
                     * @param message InputSource message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.InputSource.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InputSource message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputSource & distributedkube.api.worker.v1.InputSource.$Shape} InputSource
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.InputSource & distributedkube.api.worker.v1.InputSource.$Shape;
                }

                namespace InputSource {

                    /** Properties of an InputSource. */
                    interface $Properties {

                        /** InputSource value */
                        value?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** InputSource list */
                        list?: (distributedkube.api.worker.v1.InputList.$Properties|null);

                        /** InputSource source */
                        source?: ("value"|"list");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of an InputSource. */
                    type $Shape = {
                      value?: distributedkube.api.type.v1.Payload.$Shape|null;
                      list?: distributedkube.api.worker.v1.InputList.$Shape|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ source?: undefined; value?: null; list?: null }|{ source?: "value"; value: distributedkube.api.type.v1.Payload.$Shape; list?: null }|{ source?: "list"; value?: null; list: distributedkube.api.worker.v1.InputList.$Shape })
                    );
                }

                /**
                 * Properties of an InputList.
                 * @deprecated Use distributedkube.api.worker.v1.InputList.$Properties instead.
                 */
                interface IInputList extends distributedkube.api.worker.v1.InputList.$Properties {
                }

                /** Represents an InputList. */
                class InputList {

                    /**
                     * Constructs a new InputList.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.InputList.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InputList parts. */
                    parts: distributedkube.api.worker.v1.InputPart.$Properties[];

                    /**
                     * Creates a new InputList instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns InputList instance
                     */
                    static create(properties: distributedkube.api.worker.v1.InputList.$Shape): distributedkube.api.worker.v1.InputList & distributedkube.api.worker.v1.InputList.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.InputList.$Properties): distributedkube.api.worker.v1.InputList;

                    /**
                     * Encodes the specified InputList message. Does not implicitly {@link distributedkube.api.worker.v1.InputList.verify|verify} messages.
                     * @param message InputList message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.InputList.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InputList message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputList & distributedkube.api.worker.v1.InputList.$Shape} InputList
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.InputList & distributedkube.api.worker.v1.InputList.$Shape;
                }

                namespace InputList {

                    /** Properties of an InputList. */
                    interface $Properties {

                        /** InputList parts */
                        parts?: (distributedkube.api.worker.v1.InputPart.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an InputList. */
                    type $Shape = {
                      parts?: distributedkube.api.worker.v1.InputPart.$Shape[]|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of an InputPart.
                 * @deprecated Use distributedkube.api.worker.v1.InputPart.$Properties instead.
                 */
                interface IInputPart extends distributedkube.api.worker.v1.InputPart.$Properties {
                }

                /** Represents an InputPart. */
                class InputPart {

                    /**
                     * Constructs a new InputPart.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.InputPart.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InputPart item. */
                    item?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** InputPart chunk. */
                    chunk?: (distributedkube.api.worker.v1.InputChunk.$Properties|null);

                    /** InputPart part. */
                    part?: ("item"|"chunk");

                    /**
                     * Creates a new InputPart instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns InputPart instance
                     */
                    static create(properties: distributedkube.api.worker.v1.InputPart.$Shape): distributedkube.api.worker.v1.InputPart & distributedkube.api.worker.v1.InputPart.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.InputPart.$Properties): distributedkube.api.worker.v1.InputPart;

                    /**
                     * Encodes the specified InputPart message. Does not implicitly {@link distributedkube.api.worker.v1.InputPart.verify|verify} messages.
                     * @param message InputPart message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.InputPart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InputPart message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputPart & distributedkube.api.worker.v1.InputPart.$Shape} InputPart
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.InputPart & distributedkube.api.worker.v1.InputPart.$Shape;
                }

                namespace InputPart {

                    /** Properties of an InputPart. */
                    interface $Properties {

                        /** InputPart item */
                        item?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** InputPart chunk */
                        chunk?: (distributedkube.api.worker.v1.InputChunk.$Properties|null);

                        /** InputPart part */
                        part?: ("item"|"chunk");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of an InputPart. */
                    type $Shape = {
                      item?: distributedkube.api.type.v1.Payload.$Shape|null;
                      chunk?: distributedkube.api.worker.v1.InputChunk.$Shape|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ part?: undefined; item?: null; chunk?: null }|{ part?: "item"; item: distributedkube.api.type.v1.Payload.$Shape; chunk?: null }|{ part?: "chunk"; item?: null; chunk: distributedkube.api.worker.v1.InputChunk.$Shape })
                    );
                }

                /**
                 * Properties of an InputChunk.
                 * @deprecated Use distributedkube.api.worker.v1.InputChunk.$Properties instead.
                 */
                interface IInputChunk extends distributedkube.api.worker.v1.InputChunk.$Properties {
                }

                /** Represents an InputChunk. */
                class InputChunk {

                    /**
                     * Constructs a new InputChunk.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.InputChunk.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InputChunk array. */
                    array?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** InputChunk count. */
                    count: number;

                    /**
                     * Creates a new InputChunk instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns InputChunk instance
                     */
                    static create(properties: distributedkube.api.worker.v1.InputChunk.$Shape): distributedkube.api.worker.v1.InputChunk & distributedkube.api.worker.v1.InputChunk.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.InputChunk.$Properties): distributedkube.api.worker.v1.InputChunk;

                    /**
                     * Encodes the specified InputChunk message. Does not implicitly {@link distributedkube.api.worker.v1.InputChunk.verify|verify} messages.
                     * @param message InputChunk message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.InputChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InputChunk message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputChunk & distributedkube.api.worker.v1.InputChunk.$Shape} InputChunk
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.InputChunk & distributedkube.api.worker.v1.InputChunk.$Shape;
                }

                namespace InputChunk {

                    /** Properties of an InputChunk. */
                    interface $Properties {

                        /** InputChunk array */
                        array?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** InputChunk count */
                        count?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an InputChunk. */
                    type $Shape = {
                      array?: distributedkube.api.type.v1.Payload.$Shape|null;
                      count?: number|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of an InputBinding.
                 * @deprecated Use distributedkube.api.worker.v1.InputBinding.$Properties instead.
                 */
                interface IInputBinding extends distributedkube.api.worker.v1.InputBinding.$Properties {
                }

                /** Represents an InputBinding. */
                class InputBinding {

                    /**
                     * Constructs a new InputBinding.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.InputBinding.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InputBinding place. */
                    place: string[];

                    /** InputBinding source. */
                    source: number;

                    /** InputBinding selector. */
                    selector: string;

                    /** InputBinding whole. */
                    whole?: (boolean|null);

                    /** InputBinding element. */
                    element?: (number|null);

                    /** InputBinding value. */
                    value?: (number|null);

                    /** InputBinding valueElement. */
                    valueElement?: (distributedkube.api.worker.v1.ValueElement.$Properties|null);

                    /** InputBinding take. */
                    take?: ("whole"|"element"|"value"|"valueElement");

                    /**
                     * Creates a new InputBinding instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns InputBinding instance
                     */
                    static create(properties: distributedkube.api.worker.v1.InputBinding.$Shape): distributedkube.api.worker.v1.InputBinding & distributedkube.api.worker.v1.InputBinding.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.InputBinding.$Properties): distributedkube.api.worker.v1.InputBinding;

                    /**
                     * Encodes the specified InputBinding message. Does not implicitly {@link distributedkube.api.worker.v1.InputBinding.verify|verify} messages.
                     * @param message InputBinding message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.InputBinding.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InputBinding message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.InputBinding & distributedkube.api.worker.v1.InputBinding.$Shape} InputBinding
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.InputBinding & distributedkube.api.worker.v1.InputBinding.$Shape;
                }

                namespace InputBinding {

                    /** Properties of an InputBinding. */
                    interface $Properties {

                        /** InputBinding place */
                        place?: (string[]|null);

                        /** InputBinding source */
                        source?: (number|null);

                        /** InputBinding selector */
                        selector?: (string|null);

                        /** InputBinding whole */
                        whole?: (boolean|null);

                        /** InputBinding element */
                        element?: (number|null);

                        /** InputBinding value */
                        value?: (number|null);

                        /** InputBinding valueElement */
                        valueElement?: (distributedkube.api.worker.v1.ValueElement.$Properties|null);

                        /** InputBinding take */
                        take?: ("whole"|"element"|"value"|"valueElement");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of an InputBinding. */
                    type $Shape = {
                      place?: string[]|null;
                      source?: number|null;
                      selector?: string|null;
                      whole?: boolean|null;
                      element?: number|null;
                      value?: number|null;
                      valueElement?: distributedkube.api.worker.v1.ValueElement.$Shape|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ take?: undefined; whole?: null; element?: null; value?: null; valueElement?: null }|{ take?: "whole"; whole: boolean; element?: null; value?: null; valueElement?: null }|{ take?: "element"; whole?: null; element: number; value?: null; valueElement?: null }|{ take?: "value"; whole?: null; element?: null; value: number; valueElement?: null }|{ take?: "valueElement"; whole?: null; element?: null; value?: null; valueElement: distributedkube.api.worker.v1.ValueElement.$Shape })
                    );
                }

                /**
                 * Properties of a ValueElement.
                 * @deprecated Use distributedkube.api.worker.v1.ValueElement.$Properties instead.
                 */
                interface IValueElement extends distributedkube.api.worker.v1.ValueElement.$Properties {
                }

                /** Represents a ValueElement. */
                class ValueElement {

                    /**
                     * Constructs a new ValueElement.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.ValueElement.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ValueElement value. */
                    value: number;

                    /** ValueElement element. */
                    element: number;

                    /**
                     * Creates a new ValueElement instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns ValueElement instance
                     */
                    static create(properties: distributedkube.api.worker.v1.ValueElement.$Shape): distributedkube.api.worker.v1.ValueElement & distributedkube.api.worker.v1.ValueElement.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.ValueElement.$Properties): distributedkube.api.worker.v1.ValueElement;

                    /**
                     * Encodes the specified ValueElement message. Does not implicitly {@link distributedkube.api.worker.v1.ValueElement.verify|verify} messages.
                     * @param message ValueElement message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.ValueElement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ValueElement message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ValueElement & distributedkube.api.worker.v1.ValueElement.$Shape} ValueElement
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.ValueElement & distributedkube.api.worker.v1.ValueElement.$Shape;
                }

                namespace ValueElement {

                    /** Properties of a ValueElement. */
                    interface $Properties {

                        /** ValueElement value */
                        value?: (number|null);

                        /** ValueElement element */
                        element?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ValueElement. */
                    type $Shape = distributedkube.api.worker.v1.ValueElement.$Properties;
                }

                /**
                 * Properties of a ContextDrop.
                 * @deprecated Use distributedkube.api.worker.v1.ContextDrop.$Properties instead.
                 */
                interface IContextDrop extends distributedkube.api.worker.v1.ContextDrop.$Properties {
                }

                /** Represents a ContextDrop. */
                class ContextDrop {

                    /**
                     * Constructs a new ContextDrop.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.ContextDrop.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ContextDrop context. */
                    context: number;

                    /**
                     * Creates a new ContextDrop instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns ContextDrop instance
                     */
                    static create(properties: distributedkube.api.worker.v1.ContextDrop.$Shape): distributedkube.api.worker.v1.ContextDrop & distributedkube.api.worker.v1.ContextDrop.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.ContextDrop.$Properties): distributedkube.api.worker.v1.ContextDrop;

                    /**
                     * Encodes the specified ContextDrop message. Does not implicitly {@link distributedkube.api.worker.v1.ContextDrop.verify|verify} messages.
                     * @param message ContextDrop message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.ContextDrop.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ContextDrop message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ContextDrop & distributedkube.api.worker.v1.ContextDrop.$Shape} ContextDrop
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.ContextDrop & distributedkube.api.worker.v1.ContextDrop.$Shape;
                }

                namespace ContextDrop {

                    /** Properties of a ContextDrop. */
                    interface $Properties {

                        /** ContextDrop context */
                        context?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ContextDrop. */
                    type $Shape = distributedkube.api.worker.v1.ContextDrop.$Properties;
                }

                /**
                 * Properties of a TaskAssign.
                 * @deprecated Use distributedkube.api.worker.v1.TaskAssign.$Properties instead.
                 */
                interface ITaskAssign extends distributedkube.api.worker.v1.TaskAssign.$Properties {
                }

                /** Represents a TaskAssign. */
                class TaskAssign {

                    /**
                     * Constructs a new TaskAssign.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.TaskAssign.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TaskAssign token. */
                    token: Uint8Array;

                    /** TaskAssign context. */
                    context: number;

                    /** TaskAssign taskId. */
                    taskId: string;

                    /** TaskAssign attempt. */
                    attempt: number;

                    /** TaskAssign batchIndex. */
                    batchIndex: number;

                    /** TaskAssign elements. */
                    elements: number[];

                    /** TaskAssign values. */
                    values: distributedkube.api.type.v1.Payload.$Properties[];

                    /** TaskAssign trace. */
                    trace: { [k: string]: string };

                    /** TaskAssign lastProgress. */
                    lastProgress?: (distributedkube.api.worker.v1.TaskProgress.$Properties|null);

                    /** TaskAssign triggerIndex. */
                    triggerIndex: number;

                    /** TaskAssign callId. */
                    callId: string;

                    /**
                     * Creates a new TaskAssign instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns TaskAssign instance
                     */
                    static create(properties: distributedkube.api.worker.v1.TaskAssign.$Shape): distributedkube.api.worker.v1.TaskAssign & distributedkube.api.worker.v1.TaskAssign.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.TaskAssign.$Properties): distributedkube.api.worker.v1.TaskAssign;

                    /**
                     * Encodes the specified TaskAssign message. Does not implicitly {@link distributedkube.api.worker.v1.TaskAssign.verify|verify} messages.
                     * @param message TaskAssign message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.TaskAssign.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TaskAssign message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskAssign & distributedkube.api.worker.v1.TaskAssign.$Shape} TaskAssign
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.TaskAssign & distributedkube.api.worker.v1.TaskAssign.$Shape;
                }

                namespace TaskAssign {

                    /** Properties of a TaskAssign. */
                    interface $Properties {

                        /** TaskAssign token */
                        token?: (Uint8Array|null);

                        /** TaskAssign context */
                        context?: (number|null);

                        /** TaskAssign taskId */
                        taskId?: (string|null);

                        /** TaskAssign attempt */
                        attempt?: (number|null);

                        /** TaskAssign batchIndex */
                        batchIndex?: (number|null);

                        /** TaskAssign elements */
                        elements?: (number[]|null);

                        /** TaskAssign values */
                        values?: (distributedkube.api.type.v1.Payload.$Properties[]|null);

                        /** TaskAssign trace */
                        trace?: ({ [k: string]: string }|null);

                        /** TaskAssign lastProgress */
                        lastProgress?: (distributedkube.api.worker.v1.TaskProgress.$Properties|null);

                        /** TaskAssign triggerIndex */
                        triggerIndex?: (number|null);

                        /** TaskAssign callId */
                        callId?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TaskAssign. */
                    type $Shape = {
                      token?: Uint8Array|null;
                      context?: number|null;
                      taskId?: string|null;
                      attempt?: number|null;
                      batchIndex?: number|null;
                      elements?: number[]|null;
                      values?: distributedkube.api.type.v1.Payload.$Shape[]|null;
                      trace?: { [k: string]: string }|null;
                      lastProgress?: distributedkube.api.worker.v1.TaskProgress.$Shape|null;
                      triggerIndex?: number|null;
                      callId?: string|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a TaskResult.
                 * @deprecated Use distributedkube.api.worker.v1.TaskResult.$Properties instead.
                 */
                interface ITaskResult extends distributedkube.api.worker.v1.TaskResult.$Properties {
                }

                /** Represents a TaskResult. */
                class TaskResult {

                    /**
                     * Constructs a new TaskResult.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.TaskResult.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TaskResult token. */
                    token: Uint8Array;

                    /** TaskResult output. */
                    output?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** TaskResult failure. */
                    failure?: (distributedkube.api.type.v1.Failure.$Properties|null);

                    /** TaskResult cancelled. */
                    cancelled?: (boolean|null);

                    /** TaskResult released. */
                    released?: (boolean|null);

                    /** TaskResult fetchUs. */
                    fetchUs: number;

                    /** TaskResult initUs. */
                    initUs: number;

                    /** TaskResult runUs. */
                    runUs: number;

                    /** TaskResult storeUs. */
                    storeUs: number;

                    /** TaskResult outcome. */
                    outcome?: ("output"|"failure"|"cancelled"|"released");

                    /**
                     * Creates a new TaskResult instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns TaskResult instance
                     */
                    static create(properties: distributedkube.api.worker.v1.TaskResult.$Shape): distributedkube.api.worker.v1.TaskResult & distributedkube.api.worker.v1.TaskResult.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.TaskResult.$Properties): distributedkube.api.worker.v1.TaskResult;

                    /**
                     * Encodes the specified TaskResult message. Does not implicitly {@link distributedkube.api.worker.v1.TaskResult.verify|verify} messages.
                     * @param message TaskResult message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.TaskResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TaskResult message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskResult & distributedkube.api.worker.v1.TaskResult.$Shape} TaskResult
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.TaskResult & distributedkube.api.worker.v1.TaskResult.$Shape;
                }

                namespace TaskResult {

                    /** Properties of a TaskResult. */
                    interface $Properties {

                        /** TaskResult token */
                        token?: (Uint8Array|null);

                        /** TaskResult output */
                        output?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** TaskResult failure */
                        failure?: (distributedkube.api.type.v1.Failure.$Properties|null);

                        /** TaskResult cancelled */
                        cancelled?: (boolean|null);

                        /** TaskResult released */
                        released?: (boolean|null);

                        /** TaskResult fetchUs */
                        fetchUs?: (number|null);

                        /** TaskResult initUs */
                        initUs?: (number|null);

                        /** TaskResult runUs */
                        runUs?: (number|null);

                        /** TaskResult storeUs */
                        storeUs?: (number|null);

                        /** TaskResult outcome */
                        outcome?: ("output"|"failure"|"cancelled"|"released");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of a TaskResult. */
                    type $Shape = {
                      token?: Uint8Array|null;
                      output?: distributedkube.api.type.v1.Payload.$Shape|null;
                      failure?: distributedkube.api.type.v1.Failure.$Shape|null;
                      cancelled?: boolean|null;
                      released?: boolean|null;
                      fetchUs?: number|null;
                      initUs?: number|null;
                      runUs?: number|null;
                      storeUs?: number|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ outcome?: undefined; output?: null; failure?: null; cancelled?: null; released?: null }|{ outcome?: "output"; output: distributedkube.api.type.v1.Payload.$Shape; failure?: null; cancelled?: null; released?: null }|{ outcome?: "failure"; output?: null; failure: distributedkube.api.type.v1.Failure.$Shape; cancelled?: null; released?: null }|{ outcome?: "cancelled"; output?: null; failure?: null; cancelled: boolean; released?: null }|{ outcome?: "released"; output?: null; failure?: null; cancelled?: null; released: boolean })
                    );
                }

                /**
                 * Properties of a TaskProgress.
                 * @deprecated Use distributedkube.api.worker.v1.TaskProgress.$Properties instead.
                 */
                interface ITaskProgress extends distributedkube.api.worker.v1.TaskProgress.$Properties {
                }

                /** Represents a TaskProgress. */
                class TaskProgress {

                    /**
                     * Constructs a new TaskProgress.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.TaskProgress.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TaskProgress token. */
                    token: Uint8Array;

                    /** TaskProgress fraction. */
                    fraction: number;

                    /** TaskProgress message. */
                    message: string;

                    /** TaskProgress details. */
                    details?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /**
                     * Creates a new TaskProgress instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns TaskProgress instance
                     */
                    static create(properties: distributedkube.api.worker.v1.TaskProgress.$Shape): distributedkube.api.worker.v1.TaskProgress & distributedkube.api.worker.v1.TaskProgress.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.TaskProgress.$Properties): distributedkube.api.worker.v1.TaskProgress;

                    /**
                     * Encodes the specified TaskProgress message. Does not implicitly {@link distributedkube.api.worker.v1.TaskProgress.verify|verify} messages.
                     * @param message TaskProgress message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.TaskProgress.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TaskProgress message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskProgress & distributedkube.api.worker.v1.TaskProgress.$Shape} TaskProgress
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.TaskProgress & distributedkube.api.worker.v1.TaskProgress.$Shape;
                }

                namespace TaskProgress {

                    /** Properties of a TaskProgress. */
                    interface $Properties {

                        /** TaskProgress token */
                        token?: (Uint8Array|null);

                        /** TaskProgress fraction */
                        fraction?: (number|null);

                        /** TaskProgress message */
                        message?: (string|null);

                        /** TaskProgress details */
                        details?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TaskProgress. */
                    type $Shape = {
                      token?: Uint8Array|null;
                      fraction?: number|null;
                      message?: string|null;
                      details?: distributedkube.api.type.v1.Payload.$Shape|null;
                      $unknowns?: Uint8Array[];
                    };
                }

                /**
                 * Properties of a TaskCancel.
                 * @deprecated Use distributedkube.api.worker.v1.TaskCancel.$Properties instead.
                 */
                interface ITaskCancel extends distributedkube.api.worker.v1.TaskCancel.$Properties {
                }

                /** Represents a TaskCancel. */
                class TaskCancel {

                    /**
                     * Constructs a new TaskCancel.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.TaskCancel.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** TaskCancel token. */
                    token: Uint8Array;

                    /** TaskCancel mode. */
                    mode: distributedkube.api.worker.v1.TaskCancel.Mode;

                    /** TaskCancel grace. */
                    grace?: (google.protobuf.Duration.$Properties|null);

                    /** TaskCancel reason. */
                    reason: distributedkube.api.worker.v1.TaskCancel.Reason;

                    /**
                     * Creates a new TaskCancel instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns TaskCancel instance
                     */
                    static create(properties: distributedkube.api.worker.v1.TaskCancel.$Shape): distributedkube.api.worker.v1.TaskCancel & distributedkube.api.worker.v1.TaskCancel.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.TaskCancel.$Properties): distributedkube.api.worker.v1.TaskCancel;

                    /**
                     * Encodes the specified TaskCancel message. Does not implicitly {@link distributedkube.api.worker.v1.TaskCancel.verify|verify} messages.
                     * @param message TaskCancel message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.TaskCancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a TaskCancel message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.TaskCancel & distributedkube.api.worker.v1.TaskCancel.$Shape} TaskCancel
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.TaskCancel & distributedkube.api.worker.v1.TaskCancel.$Shape;
                }

                namespace TaskCancel {

                    /** Properties of a TaskCancel. */
                    interface $Properties {

                        /** TaskCancel token */
                        token?: (Uint8Array|null);

                        /** TaskCancel mode */
                        mode?: (distributedkube.api.worker.v1.TaskCancel.Mode|null);

                        /** TaskCancel grace */
                        grace?: (google.protobuf.Duration.$Properties|null);

                        /** TaskCancel reason */
                        reason?: (distributedkube.api.worker.v1.TaskCancel.Reason|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a TaskCancel. */
                    type $Shape = distributedkube.api.worker.v1.TaskCancel.$Properties;

                    /** Mode enum. */
                    enum Mode {

                        /** MODE_UNSPECIFIED value */
                        MODE_UNSPECIFIED = 0,

                        /** MODE_GRACEFUL value */
                        MODE_GRACEFUL = 1,

                        /** MODE_FORCE value */
                        MODE_FORCE = 2
                    }

                    /** Reason enum. */
                    enum Reason {

                        /** REASON_UNSPECIFIED value */
                        REASON_UNSPECIFIED = 0,

                        /** REASON_STOPPED value */
                        REASON_STOPPED = 1,

                        /** REASON_TTL value */
                        REASON_TTL = 2,

                        /** REASON_SCALE_DOWN value */
                        REASON_SCALE_DOWN = 3,

                        /** REASON_PARENT_FAILED value */
                        REASON_PARENT_FAILED = 4,

                        /** REASON_SUPERSEDED value */
                        REASON_SUPERSEDED = 5
                    }
                }

                /**
                 * Properties of a LeaseRevoked.
                 * @deprecated Use distributedkube.api.worker.v1.LeaseRevoked.$Properties instead.
                 */
                interface ILeaseRevoked extends distributedkube.api.worker.v1.LeaseRevoked.$Properties {
                }

                /** Represents a LeaseRevoked. */
                class LeaseRevoked {

                    /**
                     * Constructs a new LeaseRevoked.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.LeaseRevoked.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** LeaseRevoked tokens. */
                    tokens: Uint8Array[];

                    /** LeaseRevoked reason. */
                    reason: string;

                    /**
                     * Creates a new LeaseRevoked instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns LeaseRevoked instance
                     */
                    static create(properties: distributedkube.api.worker.v1.LeaseRevoked.$Shape): distributedkube.api.worker.v1.LeaseRevoked & distributedkube.api.worker.v1.LeaseRevoked.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.LeaseRevoked.$Properties): distributedkube.api.worker.v1.LeaseRevoked;

                    /**
                     * Encodes the specified LeaseRevoked message. Does not implicitly {@link distributedkube.api.worker.v1.LeaseRevoked.verify|verify} messages.
                     * @param message LeaseRevoked message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.LeaseRevoked.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a LeaseRevoked message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.LeaseRevoked & distributedkube.api.worker.v1.LeaseRevoked.$Shape} LeaseRevoked
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.LeaseRevoked & distributedkube.api.worker.v1.LeaseRevoked.$Shape;
                }

                namespace LeaseRevoked {

                    /** Properties of a LeaseRevoked. */
                    interface $Properties {

                        /** LeaseRevoked tokens */
                        tokens?: (Uint8Array[]|null);

                        /** LeaseRevoked reason */
                        reason?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a LeaseRevoked. */
                    type $Shape = distributedkube.api.worker.v1.LeaseRevoked.$Properties;
                }

                /**
                 * Properties of a ResultRefused.
                 * @deprecated Use distributedkube.api.worker.v1.ResultRefused.$Properties instead.
                 */
                interface IResultRefused extends distributedkube.api.worker.v1.ResultRefused.$Properties {
                }

                /** Represents a ResultRefused. */
                class ResultRefused {

                    /**
                     * Constructs a new ResultRefused.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.ResultRefused.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ResultRefused token. */
                    token: Uint8Array;

                    /** ResultRefused code. */
                    code: distributedkube.api.worker.v1.ResultRefused.Code;

                    /**
                     * Creates a new ResultRefused instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns ResultRefused instance
                     */
                    static create(properties: distributedkube.api.worker.v1.ResultRefused.$Shape): distributedkube.api.worker.v1.ResultRefused & distributedkube.api.worker.v1.ResultRefused.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.ResultRefused.$Properties): distributedkube.api.worker.v1.ResultRefused;

                    /**
                     * Encodes the specified ResultRefused message. Does not implicitly {@link distributedkube.api.worker.v1.ResultRefused.verify|verify} messages.
                     * @param message ResultRefused message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.ResultRefused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ResultRefused message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ResultRefused & distributedkube.api.worker.v1.ResultRefused.$Shape} ResultRefused
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.ResultRefused & distributedkube.api.worker.v1.ResultRefused.$Shape;
                }

                namespace ResultRefused {

                    /** Properties of a ResultRefused. */
                    interface $Properties {

                        /** ResultRefused token */
                        token?: (Uint8Array|null);

                        /** ResultRefused code */
                        code?: (distributedkube.api.worker.v1.ResultRefused.Code|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ResultRefused. */
                    type $Shape = distributedkube.api.worker.v1.ResultRefused.$Properties;

                    /** Code enum. */
                    enum Code {

                        /** CODE_UNSPECIFIED value */
                        CODE_UNSPECIFIED = 0,

                        /** CODE_DUPLICATE value */
                        CODE_DUPLICATE = 1,

                        /** CODE_STALE value */
                        CODE_STALE = 2
                    }
                }

                /**
                 * Properties of a CallRequest.
                 * @deprecated Use distributedkube.api.worker.v1.CallRequest.$Properties instead.
                 */
                interface ICallRequest extends distributedkube.api.worker.v1.CallRequest.$Properties {
                }

                /** Represents a CallRequest. */
                class CallRequest {

                    /**
                     * Constructs a new CallRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.CallRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CallRequest token. */
                    token: Uint8Array;

                    /** CallRequest callId. */
                    callId: string;

                    /** CallRequest algorithmName. */
                    algorithmName?: (string|null);

                    /** CallRequest pipelineName. */
                    pipelineName?: (string|null);

                    /** CallRequest rawPipeline. */
                    rawPipeline?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** CallRequest input. */
                    input?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** CallRequest includeResult. */
                    includeResult: boolean;

                    /** CallRequest target. */
                    target?: ("algorithmName"|"pipelineName"|"rawPipeline");

                    /**
                     * Creates a new CallRequest instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns CallRequest instance
                     */
                    static create(properties: distributedkube.api.worker.v1.CallRequest.$Shape): distributedkube.api.worker.v1.CallRequest & distributedkube.api.worker.v1.CallRequest.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.CallRequest.$Properties): distributedkube.api.worker.v1.CallRequest;

                    /**
                     * Encodes the specified CallRequest message. Does not implicitly {@link distributedkube.api.worker.v1.CallRequest.verify|verify} messages.
                     * @param message CallRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.CallRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CallRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CallRequest & distributedkube.api.worker.v1.CallRequest.$Shape} CallRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.CallRequest & distributedkube.api.worker.v1.CallRequest.$Shape;
                }

                namespace CallRequest {

                    /** Properties of a CallRequest. */
                    interface $Properties {

                        /** CallRequest token */
                        token?: (Uint8Array|null);

                        /** CallRequest callId */
                        callId?: (string|null);

                        /** CallRequest algorithmName */
                        algorithmName?: (string|null);

                        /** CallRequest pipelineName */
                        pipelineName?: (string|null);

                        /** CallRequest rawPipeline */
                        rawPipeline?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** CallRequest input */
                        input?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** CallRequest includeResult */
                        includeResult?: (boolean|null);

                        /** CallRequest target */
                        target?: ("algorithmName"|"pipelineName"|"rawPipeline");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of a CallRequest. */
                    type $Shape = {
                      token?: Uint8Array|null;
                      callId?: string|null;
                      algorithmName?: string|null;
                      pipelineName?: string|null;
                      rawPipeline?: distributedkube.api.type.v1.Payload.$Shape|null;
                      input?: distributedkube.api.type.v1.Payload.$Shape|null;
                      includeResult?: boolean|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ target?: undefined; algorithmName?: null; pipelineName?: null; rawPipeline?: null }|{ target?: "algorithmName"; algorithmName: string; pipelineName?: null; rawPipeline?: null }|{ target?: "pipelineName"; algorithmName?: null; pipelineName: string; rawPipeline?: null }|{ target?: "rawPipeline"; algorithmName?: null; pipelineName?: null; rawPipeline: distributedkube.api.type.v1.Payload.$Shape })
                    );
                }

                /**
                 * Properties of a CallCancel.
                 * @deprecated Use distributedkube.api.worker.v1.CallCancel.$Properties instead.
                 */
                interface ICallCancel extends distributedkube.api.worker.v1.CallCancel.$Properties {
                }

                /** Represents a CallCancel. */
                class CallCancel {

                    /**
                     * Constructs a new CallCancel.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.CallCancel.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CallCancel token. */
                    token: Uint8Array;

                    /** CallCancel callId. */
                    callId: string;

                    /** CallCancel reason. */
                    reason: string;

                    /**
                     * Creates a new CallCancel instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns CallCancel instance
                     */
                    static create(properties: distributedkube.api.worker.v1.CallCancel.$Shape): distributedkube.api.worker.v1.CallCancel & distributedkube.api.worker.v1.CallCancel.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.CallCancel.$Properties): distributedkube.api.worker.v1.CallCancel;

                    /**
                     * Encodes the specified CallCancel message. Does not implicitly {@link distributedkube.api.worker.v1.CallCancel.verify|verify} messages.
                     * @param message CallCancel message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.CallCancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CallCancel message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CallCancel & distributedkube.api.worker.v1.CallCancel.$Shape} CallCancel
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.CallCancel & distributedkube.api.worker.v1.CallCancel.$Shape;
                }

                namespace CallCancel {

                    /** Properties of a CallCancel. */
                    interface $Properties {

                        /** CallCancel token */
                        token?: (Uint8Array|null);

                        /** CallCancel callId */
                        callId?: (string|null);

                        /** CallCancel reason */
                        reason?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CallCancel. */
                    type $Shape = distributedkube.api.worker.v1.CallCancel.$Properties;
                }

                /**
                 * Properties of a CallResult.
                 * @deprecated Use distributedkube.api.worker.v1.CallResult.$Properties instead.
                 */
                interface ICallResult extends distributedkube.api.worker.v1.CallResult.$Properties {
                }

                /** Represents a CallResult. */
                class CallResult {

                    /**
                     * Constructs a new CallResult.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.CallResult.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CallResult token. */
                    token: Uint8Array;

                    /** CallResult callId. */
                    callId: string;

                    /** CallResult output. */
                    output?: (distributedkube.api.type.v1.Payload.$Properties|null);

                    /** CallResult failure. */
                    failure?: (distributedkube.api.type.v1.Failure.$Properties|null);

                    /** CallResult stopped. */
                    stopped?: (string|null);

                    /** CallResult outcome. */
                    outcome?: ("output"|"failure"|"stopped");

                    /**
                     * Creates a new CallResult instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns CallResult instance
                     */
                    static create(properties: distributedkube.api.worker.v1.CallResult.$Shape): distributedkube.api.worker.v1.CallResult & distributedkube.api.worker.v1.CallResult.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.CallResult.$Properties): distributedkube.api.worker.v1.CallResult;

                    /**
                     * Encodes the specified CallResult message. Does not implicitly {@link distributedkube.api.worker.v1.CallResult.verify|verify} messages.
                     * @param message CallResult message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.CallResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a CallResult message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.CallResult & distributedkube.api.worker.v1.CallResult.$Shape} CallResult
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.CallResult & distributedkube.api.worker.v1.CallResult.$Shape;
                }

                namespace CallResult {

                    /** Properties of a CallResult. */
                    interface $Properties {

                        /** CallResult token */
                        token?: (Uint8Array|null);

                        /** CallResult callId */
                        callId?: (string|null);

                        /** CallResult output */
                        output?: (distributedkube.api.type.v1.Payload.$Properties|null);

                        /** CallResult failure */
                        failure?: (distributedkube.api.type.v1.Failure.$Properties|null);

                        /** CallResult stopped */
                        stopped?: (string|null);

                        /** CallResult outcome */
                        outcome?: ("output"|"failure"|"stopped");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of a CallResult. */
                    type $Shape = {
                      token?: Uint8Array|null;
                      callId?: string|null;
                      output?: distributedkube.api.type.v1.Payload.$Shape|null;
                      failure?: distributedkube.api.type.v1.Failure.$Shape|null;
                      stopped?: string|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ outcome?: undefined; output?: null; failure?: null; stopped?: null }|{ outcome?: "output"; output: distributedkube.api.type.v1.Payload.$Shape; failure?: null; stopped?: null }|{ outcome?: "failure"; output?: null; failure: distributedkube.api.type.v1.Failure.$Shape; stopped?: null }|{ outcome?: "stopped"; output?: null; failure?: null; stopped: string })
                    );
                }

                /**
                 * Properties of a SlotState.
                 * @deprecated Use distributedkube.api.worker.v1.SlotState.$Properties instead.
                 */
                interface ISlotState extends distributedkube.api.worker.v1.SlotState.$Properties {
                }

                /** Represents a SlotState. */
                class SlotState {

                    /**
                     * Constructs a new SlotState.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.SlotState.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** SlotState token. */
                    token: Uint8Array;

                    /** SlotState blocked. */
                    blocked: boolean;

                    /**
                     * Creates a new SlotState instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns SlotState instance
                     */
                    static create(properties: distributedkube.api.worker.v1.SlotState.$Shape): distributedkube.api.worker.v1.SlotState & distributedkube.api.worker.v1.SlotState.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.SlotState.$Properties): distributedkube.api.worker.v1.SlotState;

                    /**
                     * Encodes the specified SlotState message. Does not implicitly {@link distributedkube.api.worker.v1.SlotState.verify|verify} messages.
                     * @param message SlotState message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.SlotState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a SlotState message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.SlotState & distributedkube.api.worker.v1.SlotState.$Shape} SlotState
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.SlotState & distributedkube.api.worker.v1.SlotState.$Shape;
                }

                namespace SlotState {

                    /** Properties of a SlotState. */
                    interface $Properties {

                        /** SlotState token */
                        token?: (Uint8Array|null);

                        /** SlotState blocked */
                        blocked?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a SlotState. */
                    type $Shape = distributedkube.api.worker.v1.SlotState.$Properties;
                }

                /**
                 * Properties of a LogBatch.
                 * @deprecated Use distributedkube.api.worker.v1.LogBatch.$Properties instead.
                 */
                interface ILogBatch extends distributedkube.api.worker.v1.LogBatch.$Properties {
                }

                /** Represents a LogBatch. */
                class LogBatch {

                    /**
                     * Constructs a new LogBatch.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.LogBatch.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** LogBatch lines. */
                    lines: distributedkube.api.worker.v1.LogEntry.$Properties[];

                    /** LogBatch dropped. */
                    dropped: number;

                    /**
                     * Creates a new LogBatch instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns LogBatch instance
                     */
                    static create(properties: distributedkube.api.worker.v1.LogBatch.$Shape): distributedkube.api.worker.v1.LogBatch & distributedkube.api.worker.v1.LogBatch.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.LogBatch.$Properties): distributedkube.api.worker.v1.LogBatch;

                    /**
                     * Encodes the specified LogBatch message. Does not implicitly {@link distributedkube.api.worker.v1.LogBatch.verify|verify} messages.
                     * @param message LogBatch message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.LogBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a LogBatch message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.LogBatch & distributedkube.api.worker.v1.LogBatch.$Shape} LogBatch
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.LogBatch & distributedkube.api.worker.v1.LogBatch.$Shape;
                }

                namespace LogBatch {

                    /** Properties of a LogBatch. */
                    interface $Properties {

                        /** LogBatch lines */
                        lines?: (distributedkube.api.worker.v1.LogEntry.$Properties[]|null);

                        /** LogBatch dropped */
                        dropped?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a LogBatch. */
                    type $Shape = distributedkube.api.worker.v1.LogBatch.$Properties;
                }

                /**
                 * Properties of a LogEntry.
                 * @deprecated Use distributedkube.api.worker.v1.LogEntry.$Properties instead.
                 */
                interface ILogEntry extends distributedkube.api.worker.v1.LogEntry.$Properties {
                }

                /** Represents a LogEntry. */
                class LogEntry {

                    /**
                     * Constructs a new LogEntry.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.LogEntry.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** LogEntry token. */
                    token: Uint8Array;

                    /** LogEntry stream. */
                    stream: distributedkube.api.worker.v1.LogEntry.Stream;

                    /** LogEntry timeUs. */
                    timeUs: number;

                    /** LogEntry text. */
                    text: string;

                    /**
                     * Creates a new LogEntry instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns LogEntry instance
                     */
                    static create(properties: distributedkube.api.worker.v1.LogEntry.$Shape): distributedkube.api.worker.v1.LogEntry & distributedkube.api.worker.v1.LogEntry.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.LogEntry.$Properties): distributedkube.api.worker.v1.LogEntry;

                    /**
                     * Encodes the specified LogEntry message. Does not implicitly {@link distributedkube.api.worker.v1.LogEntry.verify|verify} messages.
                     * @param message LogEntry message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.LogEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a LogEntry message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.LogEntry & distributedkube.api.worker.v1.LogEntry.$Shape} LogEntry
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.LogEntry & distributedkube.api.worker.v1.LogEntry.$Shape;
                }

                namespace LogEntry {

                    /** Properties of a LogEntry. */
                    interface $Properties {

                        /** LogEntry token */
                        token?: (Uint8Array|null);

                        /** LogEntry stream */
                        stream?: (distributedkube.api.worker.v1.LogEntry.Stream|null);

                        /** LogEntry timeUs */
                        timeUs?: (number|null);

                        /** LogEntry text */
                        text?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a LogEntry. */
                    type $Shape = distributedkube.api.worker.v1.LogEntry.$Properties;

                    /** Stream enum. */
                    enum Stream {

                        /** STREAM_UNSPECIFIED value */
                        STREAM_UNSPECIFIED = 0,

                        /** STREAM_STDOUT value */
                        STREAM_STDOUT = 1,

                        /** STREAM_STDERR value */
                        STREAM_STDERR = 2,

                        /** STREAM_WORKER value */
                        STREAM_WORKER = 3
                    }
                }

                /**
                 * Properties of a WorkerState.
                 * @deprecated Use distributedkube.api.worker.v1.WorkerState.$Properties instead.
                 */
                interface IWorkerState extends distributedkube.api.worker.v1.WorkerState.$Properties {
                }

                /** Represents a WorkerState. */
                class WorkerState {

                    /**
                     * Constructs a new WorkerState.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.WorkerState.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** WorkerState state. */
                    state: distributedkube.api.worker.v1.WorkerState.State;

                    /** WorkerState reason. */
                    reason: string;

                    /** WorkerState exitCode. */
                    exitCode?: (number|null);

                    /** WorkerState signal. */
                    signal?: (number|null);

                    /**
                     * Creates a new WorkerState instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns WorkerState instance
                     */
                    static create(properties: distributedkube.api.worker.v1.WorkerState.$Shape): distributedkube.api.worker.v1.WorkerState & distributedkube.api.worker.v1.WorkerState.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.WorkerState.$Properties): distributedkube.api.worker.v1.WorkerState;

                    /**
                     * Encodes the specified WorkerState message. Does not implicitly {@link distributedkube.api.worker.v1.WorkerState.verify|verify} messages.
                     * @param message WorkerState message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.WorkerState.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a WorkerState message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.WorkerState & distributedkube.api.worker.v1.WorkerState.$Shape} WorkerState
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.WorkerState & distributedkube.api.worker.v1.WorkerState.$Shape;
                }

                namespace WorkerState {

                    /** Properties of a WorkerState. */
                    interface $Properties {

                        /** WorkerState state */
                        state?: (distributedkube.api.worker.v1.WorkerState.State|null);

                        /** WorkerState reason */
                        reason?: (string|null);

                        /** WorkerState exitCode */
                        exitCode?: (number|null);

                        /** WorkerState signal */
                        signal?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a WorkerState. */
                    type $Shape = distributedkube.api.worker.v1.WorkerState.$Properties;

                    /** State enum. */
                    enum State {

                        /** STATE_UNSPECIFIED value */
                        STATE_UNSPECIFIED = 0,

                        /** STATE_RUNNER_RESTARTED value */
                        STATE_RUNNER_RESTARTED = 1,

                        /** STATE_DRAINING value */
                        STATE_DRAINING = 2,

                        /** STATE_EXITING value */
                        STATE_EXITING = 3
                    }
                }

                /**
                 * Properties of a Drain.
                 * @deprecated Use distributedkube.api.worker.v1.Drain.$Properties instead.
                 */
                interface IDrain extends distributedkube.api.worker.v1.Drain.$Properties {
                }

                /** Represents a Drain. */
                class Drain {

                    /**
                     * Constructs a new Drain.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Drain.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Drain deadline. */
                    deadline?: (google.protobuf.Duration.$Properties|null);

                    /** Drain reason. */
                    reason: string;

                    /**
                     * Creates a new Drain instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Drain instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Drain.$Shape): distributedkube.api.worker.v1.Drain & distributedkube.api.worker.v1.Drain.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Drain.$Properties): distributedkube.api.worker.v1.Drain;

                    /**
                     * Encodes the specified Drain message. Does not implicitly {@link distributedkube.api.worker.v1.Drain.verify|verify} messages.
                     * @param message Drain message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Drain.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Drain message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Drain & distributedkube.api.worker.v1.Drain.$Shape} Drain
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Drain & distributedkube.api.worker.v1.Drain.$Shape;
                }

                namespace Drain {

                    /** Properties of a Drain. */
                    interface $Properties {

                        /** Drain deadline */
                        deadline?: (google.protobuf.Duration.$Properties|null);

                        /** Drain reason */
                        reason?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Drain. */
                    type $Shape = distributedkube.api.worker.v1.Drain.$Properties;
                }

                /**
                 * Properties of an Exit.
                 * @deprecated Use distributedkube.api.worker.v1.Exit.$Properties instead.
                 */
                interface IExit extends distributedkube.api.worker.v1.Exit.$Properties {
                }

                /** Represents an Exit. */
                class Exit {

                    /**
                     * Constructs a new Exit.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Exit.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Exit exitCode. */
                    exitCode: number;

                    /** Exit grace. */
                    grace?: (google.protobuf.Duration.$Properties|null);

                    /**
                     * Creates a new Exit instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Exit instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Exit.$Shape): distributedkube.api.worker.v1.Exit & distributedkube.api.worker.v1.Exit.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Exit.$Properties): distributedkube.api.worker.v1.Exit;

                    /**
                     * Encodes the specified Exit message. Does not implicitly {@link distributedkube.api.worker.v1.Exit.verify|verify} messages.
                     * @param message Exit message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Exit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an Exit message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Exit & distributedkube.api.worker.v1.Exit.$Shape} Exit
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Exit & distributedkube.api.worker.v1.Exit.$Shape;
                }

                namespace Exit {

                    /** Properties of an Exit. */
                    interface $Properties {

                        /** Exit exitCode */
                        exitCode?: (number|null);

                        /** Exit grace */
                        grace?: (google.protobuf.Duration.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an Exit. */
                    type $Shape = distributedkube.api.worker.v1.Exit.$Properties;
                }

                /**
                 * Properties of a Reconnect.
                 * @deprecated Use distributedkube.api.worker.v1.Reconnect.$Properties instead.
                 */
                interface IReconnect extends distributedkube.api.worker.v1.Reconnect.$Properties {
                }

                /** Represents a Reconnect. */
                class Reconnect {

                    /**
                     * Constructs a new Reconnect.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.Reconnect.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Reconnect endpoint. */
                    endpoint: string;

                    /** Reconnect maxDelay. */
                    maxDelay?: (google.protobuf.Duration.$Properties|null);

                    /**
                     * Creates a new Reconnect instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Reconnect instance
                     */
                    static create(properties: distributedkube.api.worker.v1.Reconnect.$Shape): distributedkube.api.worker.v1.Reconnect & distributedkube.api.worker.v1.Reconnect.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.Reconnect.$Properties): distributedkube.api.worker.v1.Reconnect;

                    /**
                     * Encodes the specified Reconnect message. Does not implicitly {@link distributedkube.api.worker.v1.Reconnect.verify|verify} messages.
                     * @param message Reconnect message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.Reconnect.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Reconnect message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.Reconnect & distributedkube.api.worker.v1.Reconnect.$Shape} Reconnect
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.Reconnect & distributedkube.api.worker.v1.Reconnect.$Shape;
                }

                namespace Reconnect {

                    /** Properties of a Reconnect. */
                    interface $Properties {

                        /** Reconnect endpoint */
                        endpoint?: (string|null);

                        /** Reconnect maxDelay */
                        maxDelay?: (google.protobuf.Duration.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Reconnect. */
                    type $Shape = distributedkube.api.worker.v1.Reconnect.$Properties;
                }

                /**
                 * Properties of a ConfigUpdate.
                 * @deprecated Use distributedkube.api.worker.v1.ConfigUpdate.$Properties instead.
                 */
                interface IConfigUpdate extends distributedkube.api.worker.v1.ConfigUpdate.$Properties {
                }

                /** Represents a ConfigUpdate. */
                class ConfigUpdate {

                    /**
                     * Constructs a new ConfigUpdate.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.ConfigUpdate.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ConfigUpdate maxPrefetch. */
                    maxPrefetch?: (number|null);

                    /**
                     * Creates a new ConfigUpdate instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns ConfigUpdate instance
                     */
                    static create(properties: distributedkube.api.worker.v1.ConfigUpdate.$Shape): distributedkube.api.worker.v1.ConfigUpdate & distributedkube.api.worker.v1.ConfigUpdate.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.ConfigUpdate.$Properties): distributedkube.api.worker.v1.ConfigUpdate;

                    /**
                     * Encodes the specified ConfigUpdate message. Does not implicitly {@link distributedkube.api.worker.v1.ConfigUpdate.verify|verify} messages.
                     * @param message ConfigUpdate message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.ConfigUpdate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ConfigUpdate message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ConfigUpdate & distributedkube.api.worker.v1.ConfigUpdate.$Shape} ConfigUpdate
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.ConfigUpdate & distributedkube.api.worker.v1.ConfigUpdate.$Shape;
                }

                namespace ConfigUpdate {

                    /** Properties of a ConfigUpdate. */
                    interface $Properties {

                        /** ConfigUpdate maxPrefetch */
                        maxPrefetch?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ConfigUpdate. */
                    type $Shape = distributedkube.api.worker.v1.ConfigUpdate.$Properties;
                }

                /**
                 * Properties of a ProtocolError.
                 * @deprecated Use distributedkube.api.worker.v1.ProtocolError.$Properties instead.
                 */
                interface IProtocolError extends distributedkube.api.worker.v1.ProtocolError.$Properties {
                }

                /** Represents a ProtocolError. */
                class ProtocolError {

                    /**
                     * Constructs a new ProtocolError.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.worker.v1.ProtocolError.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ProtocolError code. */
                    code: string;

                    /** ProtocolError message. */
                    message: string;

                    /** ProtocolError seq. */
                    seq: number;

                    /**
                     * Creates a new ProtocolError instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns ProtocolError instance
                     */
                    static create(properties: distributedkube.api.worker.v1.ProtocolError.$Shape): distributedkube.api.worker.v1.ProtocolError & distributedkube.api.worker.v1.ProtocolError.$Shape;
                    static create(properties?: distributedkube.api.worker.v1.ProtocolError.$Properties): distributedkube.api.worker.v1.ProtocolError;

                    /**
                     * Encodes the specified ProtocolError message. Does not implicitly {@link distributedkube.api.worker.v1.ProtocolError.verify|verify} messages.
                     * @param message ProtocolError message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.worker.v1.ProtocolError.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ProtocolError message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.worker.v1.ProtocolError & distributedkube.api.worker.v1.ProtocolError.$Shape} ProtocolError
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.worker.v1.ProtocolError & distributedkube.api.worker.v1.ProtocolError.$Shape;
                }

                namespace ProtocolError {

                    /** Properties of a ProtocolError. */
                    interface $Properties {

                        /** ProtocolError code */
                        code?: (string|null);

                        /** ProtocolError message */
                        message?: (string|null);

                        /** ProtocolError seq */
                        seq?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ProtocolError. */
                    type $Shape = distributedkube.api.worker.v1.ProtocolError.$Properties;
                }
            }
        }

        /** Namespace type. */
        namespace type {

            /** Namespace v1. */
            namespace v1 {

                /**
                 * Properties of a Payload.
                 * @deprecated Use distributedkube.api.type.v1.Payload.$Properties instead.
                 */
                interface IPayload extends distributedkube.api.type.v1.Payload.$Properties {
                }

                /** Represents a Payload. */
                class Payload {

                    /**
                     * Constructs a new Payload.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.type.v1.Payload.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Payload contentType. */
                    contentType: string;

                    /** Payload data. */
                    data?: (Uint8Array|null);

                    /** Payload ref. */
                    ref?: (distributedkube.api.type.v1.BlobRef.$Properties|null);

                    /** Payload shapes. */
                    shapes: distributedkube.api.type.v1.PathShape.$Properties[];

                    /** Payload location. */
                    location?: ("data"|"ref");

                    /**
                     * Creates a new Payload instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Payload instance
                     */
                    static create(properties: distributedkube.api.type.v1.Payload.$Shape): distributedkube.api.type.v1.Payload & distributedkube.api.type.v1.Payload.$Shape;
                    static create(properties?: distributedkube.api.type.v1.Payload.$Properties): distributedkube.api.type.v1.Payload;

                    /**
                     * Encodes the specified Payload message. Does not implicitly {@link distributedkube.api.type.v1.Payload.verify|verify} messages.
                     * @param message Payload message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.type.v1.Payload.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Payload message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.type.v1.Payload & distributedkube.api.type.v1.Payload.$Shape} Payload
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.type.v1.Payload & distributedkube.api.type.v1.Payload.$Shape;
                }

                namespace Payload {

                    /** Properties of a Payload. */
                    interface $Properties {

                        /** Payload contentType */
                        contentType?: (string|null);

                        /** Payload data */
                        data?: (Uint8Array|null);

                        /** Payload ref */
                        ref?: (distributedkube.api.type.v1.BlobRef.$Properties|null);

                        /** Payload shapes */
                        shapes?: (distributedkube.api.type.v1.PathShape.$Properties[]|null);

                        /** Payload location */
                        location?: ("data"|"ref");

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Narrowed shape of a Payload. */
                    type $Shape = {
                      contentType?: string|null;
                      data?: Uint8Array|null;
                      ref?: distributedkube.api.type.v1.BlobRef.$Shape|null;
                      shapes?: distributedkube.api.type.v1.PathShape.$Shape[]|null;
                      $unknowns?: Uint8Array[];
                    } & (
                      ({ location?: undefined; data?: null; ref?: null }|{ location?: "data"; data: Uint8Array; ref?: null }|{ location?: "ref"; data?: null; ref: distributedkube.api.type.v1.BlobRef.$Shape })
                    );
                }

                /**
                 * Properties of a BlobRef.
                 * @deprecated Use distributedkube.api.type.v1.BlobRef.$Properties instead.
                 */
                interface IBlobRef extends distributedkube.api.type.v1.BlobRef.$Properties {
                }

                /** Represents a BlobRef. */
                class BlobRef {

                    /**
                     * Constructs a new BlobRef.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.type.v1.BlobRef.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** BlobRef key. */
                    key: string;

                    /** BlobRef size. */
                    size: number;

                    /** BlobRef sha256. */
                    sha256: string;

                    /** BlobRef url. */
                    url: string;

                    /**
                     * Creates a new BlobRef instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns BlobRef instance
                     */
                    static create(properties: distributedkube.api.type.v1.BlobRef.$Shape): distributedkube.api.type.v1.BlobRef & distributedkube.api.type.v1.BlobRef.$Shape;
                    static create(properties?: distributedkube.api.type.v1.BlobRef.$Properties): distributedkube.api.type.v1.BlobRef;

                    /**
                     * Encodes the specified BlobRef message. Does not implicitly {@link distributedkube.api.type.v1.BlobRef.verify|verify} messages.
                     * @param message BlobRef message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.type.v1.BlobRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a BlobRef message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.type.v1.BlobRef & distributedkube.api.type.v1.BlobRef.$Shape} BlobRef
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.type.v1.BlobRef & distributedkube.api.type.v1.BlobRef.$Shape;
                }

                namespace BlobRef {

                    /** Properties of a BlobRef. */
                    interface $Properties {

                        /** BlobRef key */
                        key?: (string|null);

                        /** BlobRef size */
                        size?: (number|null);

                        /** BlobRef sha256 */
                        sha256?: (string|null);

                        /** BlobRef url */
                        url?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a BlobRef. */
                    type $Shape = distributedkube.api.type.v1.BlobRef.$Properties;
                }

                /**
                 * Properties of a PathShape.
                 * @deprecated Use distributedkube.api.type.v1.PathShape.$Properties instead.
                 */
                interface IPathShape extends distributedkube.api.type.v1.PathShape.$Properties {
                }

                /** Represents a PathShape. */
                class PathShape {

                    /**
                     * Constructs a new PathShape.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.type.v1.PathShape.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PathShape path. */
                    path: string;

                    /** PathShape type. */
                    type: string;

                    /** PathShape size. */
                    size: number;

                    /**
                     * Creates a new PathShape instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns PathShape instance
                     */
                    static create(properties: distributedkube.api.type.v1.PathShape.$Shape): distributedkube.api.type.v1.PathShape & distributedkube.api.type.v1.PathShape.$Shape;
                    static create(properties?: distributedkube.api.type.v1.PathShape.$Properties): distributedkube.api.type.v1.PathShape;

                    /**
                     * Encodes the specified PathShape message. Does not implicitly {@link distributedkube.api.type.v1.PathShape.verify|verify} messages.
                     * @param message PathShape message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.type.v1.PathShape.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a PathShape message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.type.v1.PathShape & distributedkube.api.type.v1.PathShape.$Shape} PathShape
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.type.v1.PathShape & distributedkube.api.type.v1.PathShape.$Shape;
                }

                namespace PathShape {

                    /** Properties of a PathShape. */
                    interface $Properties {

                        /** PathShape path */
                        path?: (string|null);

                        /** PathShape type */
                        type?: (string|null);

                        /** PathShape size */
                        size?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PathShape. */
                    type $Shape = distributedkube.api.type.v1.PathShape.$Properties;
                }

                /**
                 * Properties of a Failure.
                 * @deprecated Use distributedkube.api.type.v1.Failure.$Properties instead.
                 */
                interface IFailure extends distributedkube.api.type.v1.Failure.$Properties {
                }

                /** Represents a Failure. */
                class Failure {

                    /**
                     * Constructs a new Failure.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: distributedkube.api.type.v1.Failure.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Failure category. */
                    category: distributedkube.api.type.v1.Failure.Category;

                    /** Failure type. */
                    type: string;

                    /** Failure message. */
                    message: string;

                    /** Failure stackTrace. */
                    stackTrace: string;

                    /** Failure source. */
                    source: string;

                    /** Failure cause. */
                    cause?: (distributedkube.api.type.v1.Failure.$Properties|null);

                    /** Failure retryable. */
                    retryable?: (boolean|null);

                    /**
                     * Creates a new Failure instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Failure instance
                     */
                    static create(properties: distributedkube.api.type.v1.Failure.$Shape): distributedkube.api.type.v1.Failure & distributedkube.api.type.v1.Failure.$Shape;
                    static create(properties?: distributedkube.api.type.v1.Failure.$Properties): distributedkube.api.type.v1.Failure;

                    /**
                     * Encodes the specified Failure message. Does not implicitly {@link distributedkube.api.type.v1.Failure.verify|verify} messages.
                     * @param message Failure message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: distributedkube.api.type.v1.Failure.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Failure message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {distributedkube.api.type.v1.Failure & distributedkube.api.type.v1.Failure.$Shape} Failure
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): distributedkube.api.type.v1.Failure & distributedkube.api.type.v1.Failure.$Shape;
                }

                namespace Failure {

                    /** Properties of a Failure. */
                    interface $Properties {

                        /** Failure category */
                        category?: (distributedkube.api.type.v1.Failure.Category|null);

                        /** Failure type */
                        type?: (string|null);

                        /** Failure message */
                        message?: (string|null);

                        /** Failure stackTrace */
                        stackTrace?: (string|null);

                        /** Failure source */
                        source?: (string|null);

                        /** Failure cause */
                        cause?: (distributedkube.api.type.v1.Failure.$Properties|null);

                        /** Failure retryable */
                        retryable?: (boolean|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Failure. */
                    type $Shape = distributedkube.api.type.v1.Failure.$Properties;

                    /** Category enum. */
                    enum Category {

                        /** CATEGORY_UNSPECIFIED value */
                        CATEGORY_UNSPECIFIED = 0,

                        /** CATEGORY_LOAD value */
                        CATEGORY_LOAD = 1,

                        /** CATEGORY_INIT value */
                        CATEGORY_INIT = 2,

                        /** CATEGORY_USER_CODE value */
                        CATEGORY_USER_CODE = 3,

                        /** CATEGORY_INPUT_FETCH value */
                        CATEGORY_INPUT_FETCH = 4,

                        /** CATEGORY_INPUT_DECODE value */
                        CATEGORY_INPUT_DECODE = 5,

                        /** CATEGORY_OUTPUT_ENCODE value */
                        CATEGORY_OUTPUT_ENCODE = 6,

                        /** CATEGORY_OUTPUT_STORE value */
                        CATEGORY_OUTPUT_STORE = 7,

                        /** CATEGORY_CRASH value */
                        CATEGORY_CRASH = 8,

                        /** CATEGORY_OUT_OF_MEMORY value */
                        CATEGORY_OUT_OF_MEMORY = 9,

                        /** CATEGORY_IMAGE value */
                        CATEGORY_IMAGE = 10,

                        /** CATEGORY_TIMEOUT value */
                        CATEGORY_TIMEOUT = 11,

                        /** CATEGORY_LOST value */
                        CATEGORY_LOST = 12,

                        /** CATEGORY_CANCELLED value */
                        CATEGORY_CANCELLED = 13,

                        /** CATEGORY_PROTOCOL value */
                        CATEGORY_PROTOCOL = 14
                    }
                }
            }
        }
    }
}

/** Namespace google. */
export namespace google {

    /** Namespace protobuf. */
    namespace protobuf {

        /**
         * Properties of a Duration.
         * @deprecated Use google.protobuf.Duration.$Properties instead.
         */
        interface IDuration extends google.protobuf.Duration.$Properties {
        }

        /** Represents a Duration. */
        class Duration {

            /**
             * Constructs a new Duration.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Duration.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Duration seconds. */
            seconds: number;

            /** Duration nanos. */
            nanos: number;

            /**
             * Creates a new Duration instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Duration instance
             */
            static create(properties: google.protobuf.Duration.$Shape): google.protobuf.Duration & google.protobuf.Duration.$Shape;
            static create(properties?: google.protobuf.Duration.$Properties): google.protobuf.Duration;

            /**
             * Encodes the specified Duration message. Does not implicitly {@link google.protobuf.Duration.verify|verify} messages.
             * @param message Duration message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Duration.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Duration message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Duration & google.protobuf.Duration.$Shape} Duration
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Duration & google.protobuf.Duration.$Shape;
        }

        namespace Duration {

            /** Properties of a Duration. */
            interface $Properties {

                /** Duration seconds */
                seconds?: (number|null);

                /** Duration nanos */
                nanos?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Duration. */
            type $Shape = google.protobuf.Duration.$Properties;
        }

        /**
         * Properties of a Timestamp.
         * @deprecated Use google.protobuf.Timestamp.$Properties instead.
         */
        interface ITimestamp extends google.protobuf.Timestamp.$Properties {
        }

        /** Represents a Timestamp. */
        class Timestamp {

            /**
             * Constructs a new Timestamp.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Timestamp.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Timestamp seconds. */
            seconds: number;

            /** Timestamp nanos. */
            nanos: number;

            /**
             * Creates a new Timestamp instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Timestamp instance
             */
            static create(properties: google.protobuf.Timestamp.$Shape): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
            static create(properties?: google.protobuf.Timestamp.$Properties): google.protobuf.Timestamp;

            /**
             * Encodes the specified Timestamp message. Does not implicitly {@link google.protobuf.Timestamp.verify|verify} messages.
             * @param message Timestamp message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Timestamp.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Timestamp message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape} Timestamp
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
        }

        namespace Timestamp {

            /** Properties of a Timestamp. */
            interface $Properties {

                /** Timestamp seconds */
                seconds?: (number|null);

                /** Timestamp nanos */
                nanos?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Timestamp. */
            type $Shape = google.protobuf.Timestamp.$Properties;
        }
    }
}
